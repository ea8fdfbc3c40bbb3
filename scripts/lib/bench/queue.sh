# shellcheck shell=bash
# shellcheck disable=SC2154 # what it needs comes from scripts/bench
# Claims and completions a second, and Redis memory, with 100,000 jobs. Sourced.

bench_queue() {
    headline "Queue: 100,000 jobs"
    build release queue_bench
    "$root/build/release/bin/queue_bench" --jobs 100000 --json "$bench/queue.json"
    queue_figure() { jq -r "$1 | floor" "$bench/queue.json"; }
    row "queue: claim + complete" "$(queue_figure .free_slots.pairs_per_second)" ">=" 5000 "/s" \
        "$(queue_figure .scarce_slots.pairs_per_second) /s where connections are scarce"
    row "queue: Redis memory a job" "$(queue_figure .memory.bytes_per_job)" "<=" 700 "B" "with $(queue_figure .memory.jobs) jobs"
}
