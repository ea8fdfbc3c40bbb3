# shellcheck shell=bash
# shellcheck disable=SC2154 # what it needs comes from scripts/bench
# 200 empty cities of 30 tables, against createdb and psql, two at a time. Sourced.

# One database, called by xargs: NAME.
psql_database() {
    psql -Xq -v ON_ERROR_STOP=1 -d "$server_url/postgres" -c "CREATE DATABASE \"$1\""
    psql -Xq1 -v ON_ERROR_STOP=1 -d "$server_url/$1" -f "$bench/schema.sql"
}
export -f psql_database

# Tables, columns, indexes, constraints and triggers of a database, as one line.
schema_size() { # DATABASE
    query "$1" "
        SELECT count(*) FILTER (WHERE relkind = 'r'), sum(relnatts) FILTER (WHERE relkind = 'r'), count(*) FILTER (WHERE relkind = 'i'),
               (SELECT count(*) FROM pg_constraint WHERE connamespace = 'public'::regnamespace),
               (SELECT count(*) FROM pg_trigger JOIN pg_class t ON t.oid = tgrelid WHERE t.relnamespace = 'public'::regnamespace)
          FROM pg_class WHERE relnamespace = 'public'::regnamespace"
}

# Names of the databases in $bench/empty_databases.
empty_tropeiro() { # SOURCE
    local slugs conecta=$root/examples/conecta/tropeiro.toml
    query postgres "CREATE DATABASE $1"
    "$root/examples/conecta/load.sh" "$server_url/$1" --scale 0.001 --cities 201 >/dev/null
    connect_to "$1" "$1"
    "$bin/tropeiro" --quiet --config "$conecta" init >/dev/null
    slugs=$(query "$1" "SELECT string_agg(slug, ',') FROM cities WHERE slug <> 'afogados-da-ingazeira'")
    query postgres CHECKPOINT
    "$bin/tropeiro" --quiet --config "$conecta" rollout start --tenants "$slugs" --rows none --create-roles --workers 1 >"$bench/tropeiro.log" 2>&1 ||
        { cat "$bench/tropeiro.log" >&2; die "tropeiro could not make the empty cities"; }
    figure empty_tropeiro "$(query "$1" "SELECT round(extract(epoch FROM max(finished_at) - min(started_at))::numeric, 2) FROM tropeiro.job")"
    query "$1" "SELECT database_name FROM tropeiro.job WHERE kind = 'publish' AND state = 'done'" >"$bench/empty_databases"
    (($(wc -l <"$bench/empty_databases") == 200)) || die "not every city was made"
}

bench_empty() {
    local run began last expected
    headline "Empty: 200 cities of 30 tables"
    export server_url bench
    for ((run = 1; run <= runs; run++)); do
        empty_tropeiro "empty_source_$run"
        last=$(tail -n 1 "$bench/empty_databases")
        expected=$(schema_size "$last")
        "$pg_bin/pg_dump" -d "$server_url/$last" --schema-only --exclude-schema=tropeiro |
            sed -E '/^CREATE SCHEMA public;|^\\(un)?restrict/d' >"$bench/schema.sql"
        drop_databases "$bench/empty_databases"
        query postgres "SELECT datname FROM pg_database WHERE datname LIKE 'tropeiro_schema_%'" >"$bench/templates"
        drop_databases "$bench/templates" # each run makes its own
        query postgres CHECKPOINT
        began=$EPOCHREALTIME
        # shellcheck disable=SC2016 # for the inner shell
        xargs -d '\n' -P 2 -n 1 bash -euo pipefail -c 'psql_database "$0"' <"$bench/empty_databases" >/dev/null
        figure empty_psql "$(seconds_since "$began")"
        same_rows "$last" "$expected" "$(schema_size "$last")"
        drop_databases "$bench/empty_databases"
        say "run $run: createdb and psql $(tail -n 1 "$bench/figures/empty_psql") s, tropeiro $(tail -n 1 "$bench/figures/empty_tropeiro") s"
    done
    row "empty: time, tropeiro / psql" "$(middles empty_tropeiro empty_psql)" "<=" 0.50 "" \
        "$(middle empty_tropeiro) s against $(middle empty_psql) s, 200 cities, two at a time, first job's start to last one's end, template included"
}
