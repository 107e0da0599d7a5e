//! Whole numbers in few bytes, and texts behind their lengths.

/// Writes a number in 7 bits a byte, the lowest first.
pub fn put(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// How many bytes [`put`] writes.
pub fn length(number: u64) -> usize {
    (number | 1).ilog2() as usize / 7 + 1
}

/// `to`, seen from `from`: small if they are close, whichever is larger.
pub fn difference(from: u64, to: u64) -> u64 {
    let difference = to.wrapping_sub(from) as i64;
    ((difference << 1) ^ (difference >> 63)) as u64
}

/// The number that [`difference`] was asked for.
pub fn differing(from: u64, difference: u64) -> u64 {
    from.wrapping_add((difference >> 1) ^ (difference & 1).wrapping_neg())
}

/// Writes a text behind its length.
pub fn put_text(out: &mut Vec<u8>, text: &[u8]) {
    put(out, text.len() as u64);
    out.extend_from_slice(text);
}

/// Reads what was written so; `None` where nothing of the kind stands.
#[derive(Clone, Debug)]
pub struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    /// Of all of these bytes.
    pub fn new(bytes: &'b [u8]) -> Self {
        Self(bytes)
    }

    /// What has not been read.
    pub fn left(&self) -> usize {
        self.0.len()
    }

    /// The next number.
    pub fn number(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for (at, byte) in self.0.iter().enumerate().take(10) {
            let bits = u64::from(byte & 0x7f);
            let shifted = bits << (7 * at);
            if shifted >> (7 * at) != bits {
                return None;
            }
            number |= shifted;
            if byte & 0x80 == 0 {
                self.0 = &self.0[at + 1..];
                return Some(number);
            }
        }
        None
    }

    /// The next number, as an index or a length.
    pub fn size(&mut self) -> Option<usize> {
        self.number().and_then(|number| usize::try_from(number).ok())
    }

    /// The number that stands there as its difference from another.
    pub fn differing(&mut self, from: u64) -> Option<u64> {
        Some(differing(from, self.number()?))
    }

    /// The next so many bytes.
    pub fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    /// The next text.
    pub fn text(&mut self) -> Option<&'b [u8]> {
        let length = self.size()?;
        self.take(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBERS: [u64; 9] = [0, 1, 127, 128, 16_383, 16_384, 1 << 62, u64::MAX - 1, u64::MAX];

    #[test]
    fn numbers_are_read_as_they_were_written() {
        let mut bytes = Vec::new();
        for number in NUMBERS {
            let before = bytes.len();
            put(&mut bytes, number);
            assert_eq!(bytes.len() - before, length(number));
        }
        let mut reader = Reader::new(&bytes);
        assert_eq!(NUMBERS.map(|_| reader.number().unwrap()), NUMBERS);
        assert_eq!((reader.left(), reader.number()), (0, None));
    }

    #[test]
    fn differences_lead_back_and_small_ones_are_short() {
        for (from, to) in NUMBERS.into_iter().flat_map(|from| NUMBERS.map(|to| (from, to))) {
            assert_eq!(differing(from, difference(from, to)), to);
        }
        assert_eq!([difference(7, 9), difference(9, 7), difference(0, u64::MAX)], [4, 3, 1]);
    }

    #[test]
    fn a_number_that_does_not_end_or_is_too_large_is_none() {
        for bytes in [&[0x80][..], &[0xff; 9], &[0x80; 11], &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2]]
        {
            assert_eq!(Reader::new(bytes).number(), None, "{bytes:?}");
        }
        assert_eq!(Reader::new(&[3, b'a', b'b']).text(), None);
    }
}
