# shellcheck shell=bash
# shellcheck disable=SC2154 # what it needs comes from scripts/bench
# The 20 largest cities into a database each: against per-city filtered pipes, with and without an index on the tenant
# column, and against what no program can be faster than. Sourced.

# cities_tropeiro CONTROL SOURCE LIST: sampled; the databases stay.
cities_tropeiro() {
    connect_to "$1" "$2"
    sample_tropeiro "$1" "$2 $(cut -d '|' -f 1 "$3" | tr '\n-' ' _')" \
        rollout start --all-tables --tenants "$(slugs_of "$3")"
    prove_cities "$2" "$3" "" database_of
}

drop_cities() { # LIST
    sed 's/|.*//; y/-/_/' "$1" >"$bench/databases"
    drop_databases "$bench/databases"
}

cities_are_measured=false
measure_cities() {
    local run list=$bench/cities
    if $cities_are_measured; then return; fi
    cities_are_measured=true
    load_source
    headline "Cities"
    head -n 20 "$bench/cities_of_bench_source" >"$list"
    register bench_control "$list"
    for ((run = 1; run <= runs; run++)); do
        if wanted cities; then
            city_pipes bench_source "$list"
            figure cities_pipes "$pipe_seconds"
        fi
        cities_tropeiro bench_control bench_source "$list"
        figure cities_tropeiro "$copy_seconds"
        figure cities_cpu_share "$(ratio "$cpu" "$cpu_all")"
        verify_figures bench_control cities
        say "run $run: $(wanted cities && echo "psql pipes $pipe_seconds s, ")tropeiro $copy_seconds s, worker CPU $cpu of $cpu_all s, worker peak $peak MB"
        if wanted floor; then measure_floor "$list"; fi
        drop_cities "$list"
    done
}

bench_cities() {
    measure_cities
    row "cities: time, tropeiro / psql pipes" "$(middles cities_tropeiro cities_pipes)" "<=" 0.60 "" \
        "$(middle cities_tropeiro) s against $(middle cities_pipes) s, 20 cities of 30 tables, no index, two streams"
    row "cities: worker's share of the CPU" "$(percent "$(middle cities_cpu_share)")" "<=" 12 "%" \
        "of source backend + target backends + worker, while copying"
}

bench_indexed() {
    local run list=$bench/cities_indexed
    load_source
    headline "Cities, with an index on the tenant column"
    head -n 20 "$bench/cities_of_bench_source" >"$list"
    register bench_control "$list"
    add_indexes city_id
    for ((run = 1; run <= runs; run++)); do
        city_pipes bench_source "$list"
        cities_tropeiro bench_control bench_source "$list"
        drop_cities "$list"
        figure indexed_pipes "$pipe_seconds"
        figure indexed_tropeiro "$copy_seconds"
        say "run $run: psql pipes $pipe_seconds s, tropeiro $copy_seconds s"
    done
    drop_indexes city_id
    row "indexed: time, tropeiro / psql pipes" "$(middles indexed_tropeiro indexed_pipes)" "<=" 0.80 "" \
        "$(middle indexed_tropeiro) s against $(middle indexed_pipes) s, 20 cities, an index on city_id in every table"
}
