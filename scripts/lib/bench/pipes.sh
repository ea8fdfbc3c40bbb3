# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # what it sets is for those who source it; what it needs comes from scripts/bench
# `psql COPY | psql COPY`, binary, two at a time: what everyone has at hand. Sourced.

# One table, called by xargs: SOURCE TARGET TABLE COLUMNS.
pipe_table() {
    psql -Xq -v ON_ERROR_STOP=1 -d "$1" -c "COPY $3 ($4) TO STDOUT (FORMAT binary)" |
        psql -Xq -v ON_ERROR_STOP=1 -d "$2" -c "COPY $3 ($4) FROM STDIN (FORMAT binary)"
}
export -f pipe_table

# All tables of $bench/tables, the largest first.
pipe_tables() { # SOURCE TARGET
    # shellcheck disable=SC2016 # for the inner shell
    xargs -d '\n' -P 2 -n 2 bash -euo pipefail -c 'pipe_table "$0" "$1" "$2" "$3"' "$server_url/$1" "$server_url/$2" <"$bench/tables"
}

# pipes SOURCE TARGET: all tables into an empty copy. Sets pipe_seconds.
pipes() {
    local began
    empty_copy "$1" "$2"
    tables_of "$1" >"$bench/tables"
    query postgres CHECKPOINT
    began=$EPOCHREALTIME
    pipe_tables "$1" "$2"
    pipe_seconds=$(seconds_since "$began")
}

# One table of one city, called by xargs: SOURCE TARGET TABLE COLUMNS CITY.
pipe_city() {
    psql -Xq -v ON_ERROR_STOP=1 -d "$1" -c "COPY (SELECT $4 FROM $3 WHERE city_id = '$5') TO STDOUT (FORMAT binary)" |
        psql -Xq -v ON_ERROR_STOP=1 -d "$2" -c "COPY $3 ($4) FROM STDIN (FORMAT binary)"
}
export -f pipe_city

# city_pipes SOURCE LIST: each table of each city of the list (slug|id) into databases pipes_<slug>. Sets pipe_seconds.
city_pipes() {
    local slug id table columns began
    : >"$bench/city_tables"
    tables_of "$1" >"$bench/tables"
    while IFS='|' read -r slug id; do
        empty_copy "$1" "pipes_$slug"
        while read -r table && read -r columns; do
            printf '%s\n' "$server_url/pipes_$slug" "$table" "$columns" "$id" >>"$bench/city_tables"
        done <"$bench/tables"
    done <"$2"
    query postgres CHECKPOINT
    began=$EPOCHREALTIME
    # shellcheck disable=SC2016 # for the inner shell
    xargs -d '\n' -P 2 -n 4 bash -euo pipefail -c 'pipe_city "$0" "$@"' "$server_url/$1" <"$bench/city_tables"
    pipe_seconds=$(seconds_since "$began")
    prove_cities "$1" "$2" pipes_
    sed 's/|.*//; s/^/pipes_/' "$2" >"$bench/databases"
    drop_databases "$bench/databases"
}
