# shellcheck shell=bash
# shellcheck disable=SC2154 # what it needs comes from scripts/bench
# What PostgreSQL itself needs for the 20 cities, when nobody stands between the servers: every table read once into
# /dev/null, and files that were split beforehand loaded into the targets. Both by the server's own COPY, binary, two at a
# time. Sourced.

# Called by xargs: DATABASE FILE: the statements of a file in one session.
run_file() { psql -Xq -v ON_ERROR_STOP=1 -d "$server_url/$1" -f "$2"; }
export -f run_file

two_at_a_time() { # FILE, lines: database, file of statements
    export server_url
    # shellcheck disable=SC2016 # for the inner shell
    xargs -d '\n' -P 2 -n 2 bash -euo pipefail -c 'run_file "$0" "$1"' <"$1"
}

# measure_floor LIST: the cities' databases are there, filled; their rows are the files to load.
measure_floor() {
    local slug table columns database scan load began split=$data/split work=$bench/floor
    mkdir -p "$work"
    as_owner mkdir -p "$split"
    tables_of bench_source >"$bench/tables"
    : >"$work/scans"
    : >"$work/loads"
    while read -r table && read -r columns; do
        echo "COPY $table TO '/dev/null' (FORMAT binary);" >"$work/scan_$table.sql"
        printf '%s\n' bench_source "$work/scan_$table.sql" >>"$work/scans"
    done <"$bench/tables"
    while IFS='|' read -r slug _; do
        database=$(database_of "$slug")
        empty_copy bench_source "floor_$database"
        : >"$work/load_$database.sql"
        while read -r table && read -r columns; do
            echo "COPY $table ($columns) TO '$split/$database.$table' (FORMAT binary);" >&3
            echo "COPY $table ($columns) FROM '$split/$database.$table' (FORMAT binary);" >>"$work/load_$database.sql"
        done <"$bench/tables" 3>"$work/split.sql"
        run_file "$database" "$work/split.sql"
        printf '%s\n' "floor_$database" "$work/load_$database.sql" >>"$work/loads"
    done <"$1"
    query postgres CHECKPOINT
    began=$EPOCHREALTIME
    two_at_a_time "$work/scans"
    scan=$(seconds_since "$began")
    began=$EPOCHREALTIME
    two_at_a_time "$work/loads"
    load=$(seconds_since "$began")
    prove_cities bench_source "$1" floor_ database_of
    figure floor_scan "$scan"
    figure floor_load "$load"
    figure floor_sum "$(plus "$scan" "$load")"
    say "       floor: one reading $scan s, loading $load s"
    sed 's/|.*//; y/-/_/; s/^/floor_/' "$1" >"$bench/databases"
    drop_databases "$bench/databases"
    as_owner rm -rf "$split"
}

bench_floor() {
    measure_cities
    row "floor: time, tropeiro / bare servers" "$(middles cities_tropeiro floor_sum)" "<=" 1.15 "" \
        "$(middle cities_tropeiro) s against $(middle floor_scan) s for one reading + $(middle floor_load) s for loading, two at a time"
}
