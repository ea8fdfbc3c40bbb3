# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # what it sets is for those who source it; what it needs comes from scripts/bench
# The table that the benchmark prints: figures, one for each run, and rows, one for each promise. Sourced.
#
#   figure NAME VALUE      kept in $bench/figures/NAME; all of them stand in the JSON
#   middle NAME            median of its values          largest NAME
#   row NAME MEASURED "<=" or ">=" ALLOWED UNIT NOTE [extrapolated]

table_begin() {
    mkdir -p "$bench/figures"
    : >"$bench/table"
    : >"$bench/rows.jsonl"
}

figure() { echo "$2" >>"$bench/figures/$1"; }
middle() { sort -n "$bench/figures/$1" | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
largest() { sort -n "$bench/figures/$1" | tail -n 1; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { if (b > 0) printf "%.3f\n", a / b }'; }
percent() { awk -v a="$1" 'BEGIN { printf "%.1f\n", a * 100 }'; }
# Two figures' medians divided.
middles() { ratio "$(middle "$1")" "$(middle "$2")"; }
plus() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f\n", a + b }'; }

row() {
    local verdict=ok colour=$green note=$6 guessed=${7:+true}
    if ! awk -v a="$2" -v b="$4" -v op="$3" 'BEGIN { exit !(a != "" && (op == "<=" ? a + 0 <= b : a + 0 >= b)) }'; then
        verdict=short colour=$red short=true
    fi
    if [[ -n $guessed ]]; then note="extrapolated; $note"; fi
    printf '%-36s %10s %2s %-6s %-3s %s%-5s%s  %s\n' "$1" "$2" "$3" "$4" "$5" "$colour" "$verdict" "$plain" "$note" >>"$bench/table"
    jq -nc --arg name "$1" --arg measured "$2" --arg rule "$3" --argjson allowed "$4" --arg unit "$5" --arg note "$note" --arg verdict "$verdict" \
        --argjson extrapolated "${guessed:-false}" \
        '{name: $name, measured: ($measured | tonumber? // null), rule: $rule, allowed: $allowed, unit: $unit, ok: ($verdict == "ok"), extrapolated: $extrapolated, note: $note}' >>"$bench/rows.jsonl"
}

table_print() {
    headline "Measured and allowed ($(nproc) cores, PostgreSQL $(query postgres 'SHOW server_version'), fsync $(query postgres 'SHOW fsync'), wal_level $(query postgres 'SHOW wal_level'), scale $scale, medians of $runs)"
    cat "$bench/table"
}

table_json() { # FILE
    local name figures
    figures=$(for name in "$bench"/figures/*; do
        if [[ -f $name ]]; then jq -sc --arg name "${name##*/}" '{($name): .}' "$name"; fi
    done | jq -s 'add // {}')
    jq -s --argjson cores "$(nproc)" --arg postgres "$(query postgres 'SHOW server_version')" --argjson scale "$scale" --argjson runs "$runs" \
        --argjson figures "$figures" \
        '{ok: all(.ok), cores: $cores, postgres: $postgres, scale: $scale, runs: $runs, rows: ., figures: $figures}' "$bench/rows.jsonl" >"$1"
}
