# shellcheck shell=bash
# shellcheck disable=SC2154 # what it needs comes from scripts/bench
# What reading every table back adds to a rollout: of one whole database, of 20 cities with everything that stands around
# their rows, and of 20 cities' rows alone. There is no switch to leave it out, so it is taken from the control database:
# the time of the verify jobs, a moment in which other jobs ran as well being divided among all that ran, against the rest
# of the wall time. Sourced.

# verify_row NAME PREFIX WHAT
verify_row() {
    local rollout verify
    rollout=$(middle "$2_rollout_seconds") verify=$(middle "$2_verify_seconds")
    row "$1" "$(awk -v all="$rollout" -v v="$verify" 'BEGIN { printf "%.1f", 100 * v / (all - v) }')" "<=" 20 "%" \
        "$3: verify jobs $verify s of $rollout s, alone $(middle "$2_verify_alone_seconds") s; without the hash in the stream"
}

# The same cities as measure_cities, out of the source that has keys, indexes and triggers. What belongs to no city is
# not theirs to have, nor are the keys that refer to it.
measure_built_cities() {
    local run list=$bench/cities
    headline "Cities with indexes and keys"
    drop_control_plane whole_source # measured by now
    register whole_control "$list"
    connect_to whole_control whole_source
    for ((run = 1; run <= runs; run++)); do
        time_tropeiro whole_control rollout start --all-tables --tenants "$(slugs_of "$list")"
        prove_cities bench_source "$list" "" database_of # the same rows
        verify_figures whole_control built_cities
        say "run $run: $wall_seconds s"
        drop_cities "$list"
    done
}

bench_verify() {
    measure_whole
    measure_cities
    measure_built_cities
    verify_row "verify: adds, one database" whole "with indexes and keys"
    verify_row "verify: adds, 20 cities" built_cities "with indexes and keys"
    verify_row "verify: adds, 20 cities, rows alone" cities "without indexes and keys"
}
