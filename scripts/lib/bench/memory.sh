# shellcheck shell=bash
# shellcheck disable=SC2154 # what it needs comes from scripts/bench
# What a worker holds at most: on usual rows, and on one value of 200 MB. Sourced.

bench_memory() {
    measure_copy
    row "memory: worker, usual rows" "$(largest copy_peak_mb)" "<=" 200 "MB" "VmHWM, the largest of all runs, two streams"
    headline "Memory: one value of 200 MB"
    query postgres "CREATE DATABASE huge_source"
    query huge_source "CREATE TABLE public.scans (id integer, scan bytea); ALTER TABLE public.scans ALTER scan SET STORAGE EXTERNAL"
    query huge_source "INSERT INTO public.scans SELECT 1, decode(repeat('a5', 200000000), 'hex'); ANALYZE public.scans"
    control_database huge_control huge_source
    provision huge_control huge_source huge
    [[ $(query huge "SELECT length(scan), md5(scan) FROM public.scans") == "$(query huge_source "SELECT length(scan), md5(scan) FROM public.scans")" ]] ||
        die "the value of 200 MB did not arrive whole"
    say "copied in $copy_seconds s, worker peak $peak MB"
    figure memory_huge_value_mb "$peak"
    row "memory: worker, a value of 200 MB" "$peak" "<=" 800 "MB" "VmHWM; 200 MB + 3 x the value"
    drop_database huge
    drop_database huge_source
}
