# shellcheck shell=bash
# shellcheck disable=SC2154 # what it needs comes from scripts/bench
# All rows of one database, no indexes on either side, against two binary psql pipes. Sourced.

copy_is_measured=false
measure_copy() {
    local run
    if $copy_is_measured; then return; fi
    copy_is_measured=true
    load_source
    headline "Copy"
    for ((run = 1; run <= runs; run++)); do
        pipes bench_source "pipes_$run"
        prove_all bench_source "pipes_$run"
        drop_database "pipes_$run"
        provision bench_control bench_source "copy_$run"
        prove_all bench_source "copy_$run"
        drop_database "copy_$run"
        figure copy_tropeiro "$copy_seconds"
        figure copy_pipes "$pipe_seconds"
        figure copy_cpu_share "$(ratio "$cpu" "$cpu_all")"
        figure copy_peak_mb "$peak"
        say "run $run: psql pipes $pipe_seconds s, tropeiro $copy_seconds s, worker CPU $cpu of $cpu_all s, worker peak $peak MB"
    done
}

bench_copy() {
    measure_copy
    row "copy: time, tropeiro / psql pipes" "$(middles copy_tropeiro copy_pipes)" "<=" 1.05 "" \
        "$(middle copy_tropeiro) s against $(middle copy_pipes) s, $size MB, two streams"
    row "copy: worker's share of the CPU" "$(percent "$(middle copy_cpu_share)")" "<=" 12 "%" \
        "of source backend + target backend + worker, while copying"
}
