# shellcheck shell=bash
# shellcheck disable=SC2154 # what it needs comes from scripts/bench
# `tropeiro rollout plan` for 500 cities of 30 tables. Sourced.

bench_plan() {
    local run began said conecta=$root/examples/conecta/tropeiro.toml
    headline "Plan: 500 cities of 30 tables"
    query postgres "CREATE DATABASE plan_source"
    "$root/examples/conecta/load.sh" "$server_url/plan_source" --scale 0.01 --cities 501
    connect_to plan_source plan_source
    "$bin/tropeiro" --quiet --config "$conecta" init >/dev/null
    for ((run = 1; run <= runs; run++)); do
        began=$EPOCHREALTIME
        "$bin/tropeiro" --config "$conecta" rollout plan --tenants all --json >"$bench/plan.json"
        figure plan_seconds "$(seconds_since "$began")"
        said=$(jq -r '"\(.tenants | length) cities, \([.tenants[].tables | length] | add) tables"' "$bench/plan.json")
        [[ $said == "500 cities, 15000 tables" ]] || die "the plan is not the one that was asked for: $said"
    done
    row "plan: 500 cities x 30 tables" "$(middle plan_seconds)" "<=" 10 "s" "tropeiro rollout plan --json, start to end"
}
