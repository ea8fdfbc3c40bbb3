# shellcheck shell=bash
# shellcheck disable=SC2034 # colours are for those who source this
# What every script here needs: where the repository is, how to speak, how to give up. Sourced, never run.

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
me=${0##*/}
# Where the demo, the benchmark and the example keep their servers and results.
work_root=${TROPEIRO_WORK:-$root/build}

if [[ -t 1 && -z ${NO_COLOR-} ]]; then
    bold=$'\e[1m' red=$'\e[31m' green=$'\e[32m' plain=$'\e[0m'
else
    bold="" red="" green="" plain=""
fi

say() { printf '%s\n' "$*"; }
headline() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
warn() { printf '%s: %s\n' "$me" "$*" >&2; }
die() { printf '%s%s: %s%s\n' "$red" "$me" "$*" "$plain" >&2; exit 1; }
misuse() { printf '%s: %s\n' "$me" "$*" >&2; printf 'Try "%s --help".\n' "$0" >&2; exit 2; }

# number NAME VALUE: a whole number from 1 on, or a usage error.
number() { [[ $2 =~ ^[1-9][0-9]{0,8}$ ]] || misuse "$1 takes a whole number from 1 on, not \"$2\""; }

# decimal NAME VALUE
decimal() { [[ $2 =~ ^[0-9]+(\.[0-9]+)?$ ]] || misuse "$1 takes a number, not \"$2\""; }

# quietly LOG COMMAND...: its output is shown only when it fails.
quietly() {
    local log=$1
    shift
    if ! "$@" >"$log" 2>&1; then
        cat "$log" >&2
        die "failed: $* (the output above is in $log)"
    fi
}

# seconds_since START: START from $EPOCHREALTIME; with two decimals.
seconds_since() {
    local now=${EPOCHREALTIME/[.,]/} then=${1/[.,]/}
    local micro=$((now - then))
    printf '%d.%02d' $((micro / 1000000)) $((micro % 1000000 / 10000))
}

# The last line of what comes in, rewritten in place: a terminal's progress.
in_place() {
    local line
    while IFS= read -r line; do printf '\r\e[K%.78s' "$line"; done
    printf '\r\e[K'
}

# build PRESET [TARGET...]: configures and builds, all cores. Says nothing when all is well, but on a terminal it moves.
# Leaves build/PRESET/build.log.
build() {
    local preset=$1 log="$root/build/$1/build.log" targets=() command
    shift
    if (($#)); then targets=(--target "$@"); fi
    mkdir -p "$root/build/$preset"
    cd "$root" || exit
    quietly "build/$preset/configure.log" cmake --preset "$preset"
    command=(cmake --build --preset "$preset" --parallel "$(nproc)" "${targets[@]}")
    if [[ -t 1 ]]; then
        "${command[@]}" 2>&1 | tee "$log" | in_place
    else
        "${command[@]}" >"$log" 2>&1
    fi || {
        grep -vE '^\[[0-9]+/[0-9]+\] (Building|Linking|Generating|Re-checking) ' "$log" >&2 || true
        die "the build failed (all of it: $log)"
    }
}

# programs: sets $bin, where tropeiro and tropeiro-worker are: $TROPEIRO_BIN, or a release build of the two.
programs() {
    local program began=$EPOCHREALTIME
    bin=${TROPEIRO_BIN:-$root/build/release/bin}
    if [[ -z ${TROPEIRO_BIN-} ]]; then
        headline "Building (release)"
        build release tropeiro tropeiro-worker
        say "tropeiro and tropeiro-worker, $(seconds_since "$began") s"
    fi
    for program in tropeiro tropeiro-worker; do [[ -x $bin/$program ]] || die "there is no $program in $bin"; done
}
