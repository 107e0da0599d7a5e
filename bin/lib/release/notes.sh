# What the release page says. To be sourced after common.sh.
# shellcheck shell=bash

# What the changelog says of a version, and which file is whose.
release_notes() {
	# Without empty lines before and after it.
	sed -n "/^## $1\( \|$\)/,/^## /{ /^## /d; p; }" "$ROOT/CHANGELOG.md" |
		sed -e :start -e '/^\n*$/{ $d; N; b start' -e '}' | sed '/./,$!d'
	cat <<END

## Files

| you have | take |
|---|---|
| PHP of Debian | \`phpX.Y-wikibase-dispatch_$1_….deb\` |
| another PHP on Debian or Ubuntu | \`wikibase-dispatch-phpX.Y_$1_….deb\` |
| a container image, another Linux (glibc 2.34 or newer) | \`wikibase-dispatch-$1-phpX.Y-….tar.gz\`: run \`install\` in it |
| PIE | nothing: \`pie install wikibase-dispatch/wikibase-dispatch\` |
| every MediaWiki | \`WikibaseDispatch-$1.tar.gz\` |

\`sha256sum --check --ignore-missing SHA256SUMS\` checks what you have downloaded. \`….cdx.json\` lists the crates in the
module, \`….buildinfo\` says what it was compiled with, \`…-debug.tar.gz\` has symbols for a debugger. The source is under
GPL-2.0-or-later. The compiled module may be passed on under GPL-3.0-or-later only.
END
}
