# shellcheck shell=bash
# shellcheck disable=SC2154 # what it needs comes from scripts/bench
# A whole database into a new one: schema, rows, indexes, foreign keys, triggers, from start to end of each program,
# against what others use for it. Sourced.

whole_is_measured=false
measure_whole() {
    local run peer
    if $whole_is_measured; then return; fi
    whole_is_measured=true
    load_source
    headline "Whole database"
    whole_peers
    for ((run = 1; run <= runs; run++)); do
        for peer in tropeiro "${peers[@]}"; do
            if [[ $peer != tropeiro ]]; then query postgres CHECKPOINT; fi
            "whole_$peer"
            prove_all whole_source whole_copy
            prove_schema whole_source whole_copy
            drop_database whole_copy
            say "run $run: $peer $(tail -n 1 "$bench/figures/whole_$peer") s"
        done
    done
}

whole_peers() {
    peers=()
    wanted whole || return 0
    peers=(pgcopydb dump pipes)
    if [[ $(pgcopydb clone --help 2>&1) == *--use-copy-binary* ]]; then peers+=(pgcopydb_binary); fi
    # pg_dump compresses with lz4 from 16 on, where it was built with it; else not at all, which is the faster of two.
    dump_compression=0
    if [[ $("$pg_bin/pg_config" --configure) == *--with-lz4* ]] && (($("$pg_bin/pg_dump" --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/') >= 16)); then
        dump_compression=lz4
    fi
}

whole_tropeiro() {
    connect_to whole_control whole_source
    time_tropeiro whole_control tenant provision whole-copy --rows all --all-tables
    figure whole_tropeiro "$wall_seconds"
    figure whole_tropeiro_copy "$copy_seconds"
    verify_figures whole_control whole
    figure whole_tropeiro_built "$(plus "$wall_seconds" "-$(tail -n 1 "$bench/figures/whole_verify_seconds")")"
}

# clone FIGURE ARGUMENT...
clone() {
    local name=$1 began=$EPOCHREALTIME
    shift
    query postgres "CREATE DATABASE whole_copy"
    pgcopydb clone --source "$server_url/whole_source" --target "$server_url/whole_copy" --dir "$bench/pgcopydb" \
        --table-jobs 2 --index-jobs 2 "$@" >"$bench/pgcopydb.log" 2>&1 || { tail -n 40 "$bench/pgcopydb.log" >&2; die "pgcopydb failed"; }
    figure "$name" "$(seconds_since "$began")"
    rm -rf "$bench/pgcopydb"
}
whole_pgcopydb() { clone whole_pgcopydb; }
whole_pgcopydb_binary() { clone whole_pgcopydb_binary --use-copy-binary; }

whole_dump() {
    local began=$EPOCHREALTIME
    query postgres "CREATE DATABASE whole_copy"
    "$pg_bin/pg_dump" -Fd -j 2 -Z "$dump_compression" -f "$bench/dump" -d "$server_url/whole_source"
    "$pg_bin/pg_restore" -j 2 -d "$server_url/whole_copy" "$bench/dump"
    figure whole_dump "$(seconds_since "$began")"
    rm -rf "$bench/dump"
}

# Tables, then the rows through two pipes, then sequences, then indexes and keys as pg_restore orders them, two at a time.
whole_pipes() {
    local began=$EPOCHREALTIME
    query postgres "CREATE DATABASE whole_copy"
    "$pg_bin/pg_dump" -Fc --schema-only -f "$bench/schema.dump" -d "$server_url/whole_source"
    "$pg_bin/pg_restore" --section=pre-data -d "$server_url/whole_copy" "$bench/schema.dump"
    tables_of whole_source >"$bench/tables"
    pipe_tables whole_source whole_copy
    query whole_source "SELECT format('SELECT setval(%L, %s, true);', format('%I.%I', schemaname, sequencename), last_value)
                          FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL" >"$bench/sequences.sql"
    psql -XAtq -v ON_ERROR_STOP=1 -d "$server_url/whole_copy" -f "$bench/sequences.sql" >/dev/null
    "$pg_bin/pg_restore" --section=post-data -j 2 -d "$server_url/whole_copy" "$bench/schema.dump"
    figure whole_pipes "$(seconds_since "$began")"
}

# whole_row PEER FIGURE ALLOWED NOTE: without reading back, which is nobody else's work.
whole_row() {
    row "whole: tropeiro / $1" "$(middles whole_tropeiro_built "$2")" "<=" "$3" "" \
        "$(middle whole_tropeiro_built) s against $(middle "$2") s$4; with reading back $(middle whole_tropeiro) s, $(middles whole_tropeiro "$2")"
}

bench_whole() {
    local version
    measure_whole
    version=$(pgcopydb --version 2>/dev/null | sed -n '1s/.* //p')
    whole_row "pgcopydb, text" whole_pgcopydb 0.80 ", pgcopydb $version; it also analyses"
    if [[ -f $bench/figures/whole_pgcopydb_binary ]]; then
        whole_row "pgcopydb, binary" whole_pgcopydb_binary 0.95 ""
    fi
    whole_row "pg_dump, pg_restore" whole_dump 0.999 ", directory format, -j 2, $([[ $dump_compression == lz4 ]] && echo lz4 || echo uncompressed)"
    whole_row "psql pipes" whole_pipes 0.999 ", two pipes, then pg_restore -j 2 for indexes and keys"
}
