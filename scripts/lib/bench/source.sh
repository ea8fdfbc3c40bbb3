# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # what it sets is for those who source it; what it needs comes from scripts/bench
# The databases that the benchmark copies from: Conecta at --scale, made when a row first needs them. Sourced.
#
#   bench_source   30 tables, no keys, no indexes, 50 cities       control database: bench_control
#   whole_source   all 35 tables, with keys, indexes, foreign keys, triggers
#   many_source    30 tables, no keys, no indexes, 201 cities      control database: many_control
#
# $bench/cities_of_DATABASE: slug|id of its cities, the largest first, without the legacy one.

control_plane="public.cities, public.profiles, public.roles, public.user_roles, public.secretarias"
as_generator=(-c "SET client_min_messages = warning" -c "SET TIME ZONE 'UTC'" -c "SET synchronous_commit = off"
    -c "SET work_mem = '64MB'" -c "SET maintenance_work_mem = '256MB'" -c "SET jit = off")

# The Conecta rows without keys and indexes: what is measured is copying.
load_rows() { # DATABASE CITIES
    local files=() file
    query postgres "CREATE DATABASE $1"
    for file in "$root"/examples/conecta/schema/{0*,10_*}.sql "$root"/examples/conecta/data/*.sql; do files+=(-f "$file"); done
    psql -XAtq -v ON_ERROR_STOP=1 -v scale="$scale" -v cities="$2" -d "$server_url/$1" "${as_generator[@]}" "${files[@]}"
    query "$1" "VACUUM ANALYZE"
    query "$1" "SELECT slug, id, population FROM cities WHERE slug <> 'afogados-da-ingazeira' ORDER BY population DESC, slug" >"$bench/sizes_of_$1"
    cut -d '|' -f 1,2 "$bench/sizes_of_$1" >"$bench/cities_of_$1"
}

drop_control_plane() { query "$1" "SET client_min_messages = warning; DROP TABLE $control_plane CASCADE"; }

# The same rows with everything that the example has around them.
load_whole() {
    local files=() file
    query postgres "CREATE DATABASE whole_source TEMPLATE bench_source"
    for file in "$root"/examples/conecta/schema/2*.sql; do files+=(-f "$file"); done
    psql -XAtq -v ON_ERROR_STOP=1 -d "$server_url/whole_source" "${as_generator[@]}" "${files[@]}"
    control_database whole_control whole_source
    tropeiro --quiet tenant add whole-copy >/dev/null
}

source_is_loaded=false
load_source() {
    if $source_is_loaded; then return; fi
    source_is_loaded=true
    headline "Loading the source (scale $scale)"
    load_rows bench_source 50
    if wanted whole || wanted verify; then load_whole; fi
    drop_control_plane bench_source
    control_database bench_control bench_source
    size=$(query bench_source "SELECT (sum(pg_table_size(oid)) / 1000000)::bigint FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'")
    say "$size MB in $(query bench_source "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'") tables"
}

load_many() {
    headline "Loading the source of 200 cities (scale $scale)"
    load_rows many_source 201
    drop_control_plane many_source
    control_database many_control many_source
}

# tables_of SOURCE: a line for each table, the largest first, then one for its columns without the generated ones.
tables_of() {
    query "$1" "
        SELECT c.oid::regclass || E'\n' || string_agg(quote_ident(attname), ', ' ORDER BY attnum)
          FROM pg_class c JOIN pg_attribute a ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
         WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' GROUP BY c.oid ORDER BY pg_table_size(c.oid) DESC, c.oid"
}

# An index on one column of every table of bench_source that has it; they are called bench_... and drop_indexes drops them.
add_indexes() { # COLUMN
    query bench_source "
        SELECT format('CREATE INDEX bench_%s_%s ON %I (%I);', relname, attname, relname, attname)
          FROM pg_class c JOIN pg_attribute a ON attrelid = c.oid AND attname = '$1'
         WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'" >"$bench/add_indexes.sql"
    psql -XAtq -v ON_ERROR_STOP=1 -d "$server_url/bench_source" "${as_generator[@]}" -f "$bench/add_indexes.sql" -c "ANALYZE"
}

drop_indexes() { # COLUMN
    query bench_source "SELECT format('DROP INDEX %I;', relname) FROM pg_class WHERE relkind = 'i' AND relname LIKE 'bench\_%\_$1'" >"$bench/drop_indexes.sql"
    psql -XAtq -v ON_ERROR_STOP=1 -d "$server_url/bench_source" -f "$bench/drop_indexes.sql"
}

# An empty database with the source's tables: the first is made from pg_dump's text, the others are copies of it.
empty_copy() { # SOURCE TARGET
    local first=$1_tables
    if [[ ! -f $bench/$first ]]; then
        query postgres "CREATE DATABASE $first"
        "$pg_bin/pg_dump" -d "$server_url/$1" --schema-only --section=pre-data >"$bench/$first"
        psql -Xq1 -v ON_ERROR_STOP=1 -d "$server_url/$first" -f "$bench/$first" >/dev/null
    fi
    query postgres "CREATE DATABASE \"$2\" TEMPLATE $first"
}

# Called by xargs: NAME...
drop_some() {
    local name
    for name; do echo "DROP DATABASE \"$name\" WITH (FORCE);"; done | psql -XAtq -v ON_ERROR_STOP=1 -d "$server_url/postgres"
}
export -f drop_some

# Eight at a time: each has hundreds of files, and on many disks an unlinked file is waited for.
drop_databases() { # FILE, a name on each line
    export server_url
    # shellcheck disable=SC2016 # for the inner shell
    xargs -d '\n' -P 8 -n 5 bash -euo pipefail -c 'drop_some "$@"' drop_some <"$1"
}
drop_database() { query postgres "DROP DATABASE \"$1\" WITH (FORCE)"; }
