# What tests/host/eventbus and tests/host/jobrunner have in common. To be sourced after bin/lib/common.sh.
# shellcheck shell=bash

mediawiki=
module=$(module_path)
keep=
serve=
declare -A paths=()
settings=()
options=()

# Reads the command line. Before --: the parts, each with the file by which it is known; one with ? may be missing.
need() {
	local -A files=() optional=()
	local name file
	while [ "$1" != -- ]; do
		read -r name file <<<"$1 "
		files[${name%\?}]=$file
		case "$name" in *\?) optional[${name%\?}]=1 ;; esac
		shift
	done
	shift
	while [ $# -gt 0 ]; do
		name=${1#--}
		case "$1" in
			--help|-h) print_help "$0"; exit 0 ;;
			--keep) keep=1; shift; continue ;;
			--mediawiki|--module|--serve) printf -v "$name" %s "${2:?$1 needs a path}" ;;
			--setting) settings+=(--setting "${2:?--setting needs NAME=JSON}") ;;
			--case|--rate|--seconds|--clients) options+=("$1" "${2:?$1 needs a value}") ;;
			--*) [ -n "${files[$name]+known}" ] || die "unknown argument: $1 (--help tells more)"
				paths[$name]=$(realpath "${2:?$1 needs a path}") ;;
			*) die "unknown argument: $1 (--help tells more)" ;;
		esac
		shift 2
	done
	for name in "${!files[@]}"; do
		if [ -z "${paths[$name]:-}" ]; then
			[ -n "${optional[$name]:-}" ] || die "where is it? --$name needs a path"
		elif [ ! -e "${paths[$name]}/${files[$name]}" ] && [ -n "${files[$name]}" ]; then
			die "there is no ${files[$name]} in ${paths[$name]}: see --$name"
		fi
	done
	[ -n "$mediawiki$serve" ] || die "which MediaWiki? --mediawiki needs a path"
	[ -f "$module" ] || die "there is no compiled module $module: bin/build makes it"
}

run_chain() {
	local name arguments=()
	for name in "${!paths[@]}"; do
		arguments+=("--$name" "${paths[$name]}")
	done
	arguments+=("${options[@]}")
	if [ -n "$serve" ]; then
		exec php "$ROOT/tests/host/chain/serve.php" "$serve" "$1" "${arguments[@]}"
	fi
	temporary_folder "$1" "$keep"
	# MariaDB may run as another user.
	# shellcheck disable=SC2154  # made a line above
	chmod o+x "$folder"
	case " ${options[*]} " in
		*' --rate '*)
			ulimit -n "$(ulimit -Hn)"
			php "$ROOT/tests/host/chain/steady.php" "$folder" "$1" "${arguments[@]}" --mediawiki "$mediawiki" "${settings[@]}"
			;;
		*)
			rmdir "$folder"
			# What a dead runner held is soon free, and what was lost soon missed; clients do not rest for long.
			"$ROOT/tests/support/farm/create" "$folder" --mediawiki "$mediawiki" --database mariadb --owner $$ --module "$module" \
				--setting dispatchDefaultDispatchInterval=1 --setting acknowledgeWithin=30 --setting gapGrace=1 \
				--setting claimTtl=5 "${settings[@]}" >/dev/null
			php "$ROOT/tests/host/chain/run.php" "$folder" "$1" "${arguments[@]}"
			;;
	esac
}
