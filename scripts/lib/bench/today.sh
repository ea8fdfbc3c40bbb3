# shellcheck shell=bash
# shellcheck disable=SC2154 # what it needs comes from scripts/bench
# The script that people use today, for one city of about 4 % of the rows: SELECT ... ORDER BY id LIMIT 1000 OFFSET n, and
# an INSERT of those rows, table by table. Its source has an index on id, its target neither keys nor indexes nor triggers.
# Sourced.
#
# Here two psql sessions stand for it: the source makes the text of INSERT ... VALUES with format(), which a script would do
# itself, and the next page is read while the last one is written, which a script usually does not do. Of a table with more
# than three pages the first, the middle and the last full page are measured, and the mean taken for all.

page_rows=1000

# today_pages TABLE COLUMNS CITY OFFSET...: statements for the source's session, each printing an INSERT.
today_pages() {
    local table=$1 columns=$2 city=$3 order=id offset placeholders
    shift 3
    if [[ $table == api_cache ]]; then order=cache_key; fi # the one table without an id
    placeholders=${columns//[^,]/}
    placeholders=%L${placeholders//,/,%L}
    for offset; do
        cat <<SQL
SELECT 'INSERT INTO $table ($columns) OVERRIDING SYSTEM VALUE VALUES ' || string_agg(format('($placeholders)', $columns), ', ') || ';'
  FROM (SELECT * FROM $table WHERE city_id = '$city' ORDER BY $order LIMIT $page_rows OFFSET $offset) AS page HAVING count(*) > 0;
SQL
    done
}

# Sets today_seconds of one table (all its pages, measured or not), today_sampled (rows that were really moved).
today_table() { # TABLE COLUMNS CITY ROWS START_UP
    local pages=$((($4 + page_rows - 1) / page_rows)) offsets=() began measured p
    if ((pages <= 3)); then
        for ((p = 0; p < pages; p++)); do offsets+=($((p * page_rows))); done
    else
        offsets=(0 $((page_rows * (pages / 2))) $(((pages - 2) * page_rows)))
    fi
    today_seconds=0 today_sampled=0
    if ((pages == 0)); then return; fi
    today_pages "$1" "$2" "$3" "${offsets[@]}" >"$bench/today.sql"
    began=$EPOCHREALTIME
    psql -XAtq -v ON_ERROR_STOP=1 -d "$server_url/bench_source" -f "$bench/today.sql" | psql -Xq -v ON_ERROR_STOP=1 -d "$server_url/today"
    measured=$(seconds_since "$began")
    today_seconds=$(awk -v s="$measured" -v start="$5" -v n="${#offsets[@]}" -v pages="$pages" 'BEGIN { s -= start; if (s < 0) s = 0; printf "%.3f", s / n * pages }')
    if ((pages <= 3)); then today_sampled=$4; else today_sampled=$((3 * page_rows)); fi
}

# today CITY: sets script_seconds.
today() {
    local table columns rows began start_up moved=0 found
    began=$EPOCHREALTIME
    psql -XAtq -d "$server_url/bench_source" -c "SELECT ';'" | psql -Xq -d "$server_url/today" >/dev/null
    start_up=$(seconds_since "$began")
    script_seconds=0
    while read -r table && read -r columns; do
        rows=$(sed -n "s/^$1|$table|\([0-9]*\)$/\1/p" "$bench/proof_by_city_of_bench_source")
        today_table "$table" "$columns" "$1" "${rows:-0}" "$start_up" </dev/null
        script_seconds=$(plus "$script_seconds" "$today_seconds")
        moved=$((moved + today_sampled))
        if [[ $table == "$proof_table" ]] && ((rows <= 3 * page_rows)); then
            same_rows today "$(contents "$server_url/bench_source" "city_id = '$1'" "$table")" "$(contents "$server_url/today" true "$table")"
        fi
    done <"$bench/tables"
    found=$(values "$server_url/today" "$(while read -r table && read -r columns; do echo "SELECT '$table', count(*) FROM $table"; done <"$bench/tables" | sed '$!s/$/ UNION ALL/')" |
        awk -F '|' '{ n += $2 } END { print n }')
    ((found == moved)) || die "the script moved $found rows, not $moved"
}

# today_against NAME ALLOWED NOTE
today_against() {
    local run slug=$today_slug list=$bench/today_city
    echo "$slug|$today_id" >"$list"
    for ((run = 1; run <= runs; run++)); do
        empty_copy bench_source today
        query postgres CHECKPOINT
        today "$today_id"
        drop_database today
        connect_to bench_control bench_source
        time_tropeiro bench_control rollout start --all-tables --tenants "$slug"
        prove_cities bench_source "$list" "" database_of
        drop_cities "$list"
        figure "$1_script" "$script_seconds"
        figure "$1_tropeiro" "$copy_seconds"
        say "run $run: the script $script_seconds s (from a sample), tropeiro $copy_seconds s for the rows, $wall_seconds s in all"
    done
    row "today: script / tropeiro, $3" "$(middles "$1_script" "$1_tropeiro")" ">=" "$2" "x" \
        "$(middle "$1_script") s against $(middle "$1_tropeiro") s for the rows of $slug, $today_share % of all" extrapolated
}

bench_today() {
    load_source
    headline "The script of today"
    add_indexes id
    tables_of bench_source >"$bench/tables"
    if [[ ! -f $bench/proof_by_city_of_bench_source ]]; then proof_by_city bench_source >"$bench/proof_by_city_of_bench_source"; fi
    # The city whose share of the rows is nearest to 4 %.
    today_share=$(awk -F '|' 'NF == 3 { all += $3; if ($1 != "") n[$1] += $3 }
        END { for (c in n) { d = (n[c] / all - 0.04) ^ 2; if (best == "" || d < least) { best = c; least = d } } printf "%s|%.1f\n", best, 100 * n[best] / all }' \
        "$bench/proof_by_city_of_bench_source")
    today_id=${today_share%|*} today_share=${today_share#*|}
    today_slug=$(sed -n "s/|$today_id\$//p" "$bench/cities_of_bench_source")
    echo "$today_slug|$today_id" >"$bench/today_city"
    register bench_control "$bench/today_city"
    today_against today 10 "no index"
    add_indexes city_id
    today_against today_indexed 5 "indexed"
    drop_indexes city_id
    drop_indexes id
}
