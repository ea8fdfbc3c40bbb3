# shellcheck shell=bash
# shellcheck disable=SC2154 # what it needs comes from scripts/bench
# What PostgreSQL itself needs for the 20 cities, when nobody stands between the servers: every table read once into
# /dev/null, and files that were split beforehand loaded into the targets, binary, two at a time. Once by the server's own
# COPY, which needs no connection to carry rows; once by psql's, whose rows pass a socket as those of every program do
# that is none of the servers. Sourced.

# Called by xargs: DATABASE FILE: the statements of a file in one session.
run_file() { psql -Xq -v ON_ERROR_STOP=1 -d "$server_url/$1" -f "$2"; }
export -f run_file

two_at_a_time() { # FILE, lines: database, file of statements
    export server_url
    # shellcheck disable=SC2016 # for the inner shell
    xargs -d '\n' -P 2 -n 2 bash -euo pipefail -c 'run_file "$0" "$1"' <"$1"
}

# split_rows LIST: the cities' databases are there, filled; their rows become the files to load.
split_rows() {
    local slug table columns database
    as_owner mkdir -p "$split"
    tables_of bench_source >"$bench/tables"
    while IFS='|' read -r slug _; do
        database=$(database_of "$slug")
        while read -r table && read -r columns; do
            echo "COPY $table ($columns) TO '$split/$database.$table' (FORMAT binary);"
        done <"$bench/tables" >"$bench/split.sql"
        run_file "$database" "$bench/split.sql"
    done <"$1"
}

# floor_by NAME COPY LIST: one reading and one loading by `COPY` or `\copy`; figures floor_NAME_*.
floor_by() {
    local slug table columns database scan load began work=$bench/floor
    rm -rf "$work"
    mkdir -p "$work"
    while read -r table && read -r columns; do
        echo "$2 $table TO '/dev/null' (FORMAT binary)" >"$work/scan_$table.sql"
        printf '%s\n' bench_source "$work/scan_$table.sql" >>"$work/scans"
    done <"$bench/tables"
    while IFS='|' read -r slug _; do
        database=$(database_of "$slug")
        empty_copy bench_source "floor_$database"
        while read -r table && read -r columns; do
            echo "$2 $table ($columns) FROM '$split/$database.$table' (FORMAT binary)" >>"$work/load_$database.sql"
        done <"$bench/tables"
        printf '%s\n' "floor_$database" "$work/load_$database.sql" >>"$work/loads"
    done <"$3"
    if [[ $2 == COPY ]]; then sed -i 's/$/;/' "$work"/*.sql; fi # psql's own ends with its line
    query postgres CHECKPOINT
    began=$EPOCHREALTIME
    two_at_a_time "$work/scans"
    scan=$(seconds_since "$began")
    began=$EPOCHREALTIME
    two_at_a_time "$work/loads"
    load=$(seconds_since "$began")
    prove_cities bench_source "$3" floor_ database_of
    figure "floor_$1_scan" "$scan"
    figure "floor_$1_load" "$load"
    figure "floor_$1" "$(plus "$scan" "$load")"
    say "       floor by the $1: one reading $scan s, loading $load s"
    sed 's/|.*//; y/-/_/; s/^/floor_/' "$3" >"$bench/databases"
    drop_databases "$bench/databases"
}

# measure_floor LIST: the cities' databases are there, filled.
measure_floor() {
    local split=$data/split
    split_rows "$1"
    floor_by servers COPY "$1"
    floor_by clients '\copy' "$1"
    as_owner rm -rf "$split"
}

# floor_row NAME WHO
floor_row() {
    row "floor: time, tropeiro / $2" "$(middles cities_tropeiro "floor_$1")" "<=" 1.15 "" \
        "$(middle cities_tropeiro) s against $(middle "floor_$1_scan") s for one reading + $(middle "floor_$1_load") s for loading, two at a time"
}

bench_floor() {
    measure_cities
    floor_row servers "bare servers"
    floor_row clients "psql, through sockets"
}
