//! Lag over time, as SVG.

use std::{collections::BTreeMap, fmt::Write};

use super::simulated::load::{Answer, Lags, Load};

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 400.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 620.0;
const TOP: f64 = 60.0;
const BOTTOM: f64 = 350.0;
/// Changes are put together by the time at which they were made.
const BUCKETS: u32 = 60;

const STYLE: &str = "text{font:13px sans-serif;fill:#333}.grid{stroke:#8884}.axis{stroke:#666}\
    @media(prefers-color-scheme:dark){text{fill:#ddd}.axis{stroke:#aaa}}";

/// Percentiles of the lag of changes, by when they were made.
pub fn svg(title: &str, answer: &Answer, load: &Load) -> String {
    let (from, span) = (seconds(load.warmup), seconds(load.seconds));
    let mut buckets: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (made, lag) in answer.pace.lags.values().flatten() {
        let at = (f64::from(*made) / 1000.0 - from) / span * f64::from(BUCKETS);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is one of a few")]
        buckets.entry((at as u32).min(BUCKETS - 1)).or_default().push(*lag);
    }
    let buckets: Vec<(f64, Lags)> = buckets
        .into_iter()
        .map(|(at, lags)| (f64::from(at) / f64::from(BUCKETS), Lags::of(lags.into_iter())))
        .collect();
    let highest = buckets.iter().map(|(_, lags)| lags.percentile(1.0)).fold(0.0, f64::max).max(0.1);
    let step = step(highest);
    let top = (highest / step).ceil() * step;
    let y = |lag: f64| BOTTOM - (BOTTOM - TOP) * lag / top;
    let x = |share: f64| LEFT + (RIGHT - LEFT) * share;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"Lag: {title}\">\
         <style>{STYLE}</style>\n<text x=\"{LEFT}\" y=\"20\">{title}</text>\n"
    );
    let mut lag = 0.0;
    while lag <= top + step / 2.0 {
        let at = y(lag);
        let _ = writeln!(svg, "<path class=\"grid\" d=\"M{LEFT} {at:.1}H{RIGHT}\"/>");
        let _ = writeln!(svg, "<text x=\"62\" y=\"{:.1}\" text-anchor=\"end\">{lag}</text>", at + 4.0);
        lag += step;
    }
    for quarter in 0..=4 {
        let share = f64::from(quarter) / 4.0;
        let minutes = span * share / 60.0;
        let at = x(share);
        let _ = writeln!(svg, "<text x=\"{at:.1}\" y=\"368\" text-anchor=\"middle\">{minutes}</text>");
    }
    let _ = writeln!(svg, "<text x=\"345\" y=\"390\" text-anchor=\"middle\">minutes: when the change was made</text>");
    let _ = writeln!(
        svg,
        "<text transform=\"translate(16 205) rotate(-90)\" text-anchor=\"middle\">seconds until it is in the queue</text>"
    );
    let _ = writeln!(svg, "<path class=\"axis\" fill=\"none\" d=\"M{LEFT} {TOP}V{BOTTOM}H{RIGHT}\"/>");
    let series = [("half of them", 0.5, "#0072b2"), ("95 %", 0.95, "#d55e00"), ("the longest", 1.0, "#009e73")];
    for ((name, share, colour), key) in series.into_iter().zip([70, 200, 280]) {
        let middle = 0.5 / f64::from(BUCKETS);
        let points: Vec<String> = buckets
            .iter()
            .map(|(at, lags)| format!("{:.1},{:.1}", x(at + middle), y(lags.percentile(share))))
            .collect();
        let points = points.join(" ");
        let _ = writeln!(svg, "<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" points=\"{points}\"/>");
        let _ = writeln!(svg, "<path stroke=\"{colour}\" stroke-width=\"2\" d=\"M{key} 40h16\"/>");
        let _ = writeln!(svg, "<text x=\"{}\" y=\"44\">{name}</text>", key + 22);
    }
    svg.push_str("</svg>\n");
    svg
}

/// Between two lines of the grid: 1, 2 or 5 times a power of ten.
fn step(highest: f64) -> f64 {
    let power = 10_f64.powf((highest / 4.0).log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|factor| factor * power).find(|step| highest / step <= 5.0).unwrap_or(power)
}

fn seconds(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
