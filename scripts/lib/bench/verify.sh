# shellcheck shell=bash
# shellcheck disable=SC2154 # what it needs comes from scripts/bench
# What reading every table back adds to a rollout: of one whole database, and of 20 cities. There is no switch to leave it
# out, so it is taken from the control database: the time of the verify jobs, a moment in which other jobs ran as well being
# divided among all that ran, against the rest of the wall time. Sourced.

# verify_row NAME PREFIX WHAT
verify_row() {
    local rollout verify
    rollout=$(middle "$2_rollout_seconds") verify=$(middle "$2_verify_seconds")
    row "$1" "$(awk -v all="$rollout" -v v="$verify" 'BEGIN { printf "%.1f", 100 * v / (all - v) }')" "<=" 20 "%" \
        "$3: verify jobs $verify s of $rollout s, alone $(middle "$2_verify_alone_seconds") s; without the hash in the stream"
}

bench_verify() {
    measure_whole
    measure_cities
    verify_row "verify: adds, one database" whole "with indexes and keys"
    verify_row "verify: adds, 20 cities" cities "without indexes and keys"
}
