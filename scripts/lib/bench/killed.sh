# shellcheck shell=bash
# shellcheck disable=SC2154 # what it needs comes from scripts/bench
# A table of 4 GB (times --scale) copied while its worker is killed with kill -9 five times, each time another sixth of the
# rows has arrived, against the same copy undisturbed. The command starts the worker again by itself. Sourced.

kills=5

load_large() {
    local rows
    rows=$(awk -v s="$scale" 'BEGIN { printf "%d", 10000000 * s }')
    headline "Loading a table of $(awk -v s="$scale" 'BEGIN { printf "%d", 4000 * s }') MB"
    query postgres "CREATE DATABASE large_source"
    query large_source "CREATE TABLE public.readings (id bigint, taken_at timestamptz, meter uuid, amount numeric, remark text)"
    query large_source "SET synchronous_commit = off;
        INSERT INTO public.readings SELECT n, to_timestamp(1500000000 + n), md5(n::text)::uuid, n / 7.0, repeat(md5((n + 1)::text), 10)
          FROM generate_series(1, $rows) AS n"
    query large_source "VACUUM ANALYZE public.readings"
    large_rows=$rows
    control_database large_control large_source
    tropeiro --quiet tenant add large-copy >/dev/null
}

# The rows that are safe in the target.
arrived() { query large_copy "SELECT coalesce(sum(rows), 0) FROM tropeiro.copy_ledger" 2>/dev/null || echo 0; }

# The command's own worker; nothing while none runs.
worker_of() {
    local pid comm
    for pid in $(children_of "$1"); do
        comm=""
        read -r comm 2>/dev/null <"/proc/$pid/comm" || true
        if [[ $comm == tropeiro-worker ]]; then echo "$pid"; return; fi
    done
}

# disturb PID KILLS: until the command has ended. Sets killed.
disturb() {
    local worker
    killed=0
    while kill -0 "$1" 2>/dev/null; do
        if ((killed < $2)) && (($(arrived) >= large_rows * (killed + 1) / ($2 + 1))); then
            worker=$(worker_of "$1")
            if [[ -n $worker ]] && kill -KILL "$worker" 2>/dev/null; then
                killed=$((killed + 1))
                # The same process is not to be counted twice.
                while [[ -d /proc/$worker ]] && kill -0 "$1" 2>/dev/null; do sleep 0.05; done
            fi
        fi
        sleep 0.2
    done
}

# large_copy KILLS: sets wall_seconds.
large_copy() {
    connect_to large_control large_source
    begin_tropeiro tenant provision large-copy --rows all --all-tables
    # Looked at as often when nobody is killed.
    disturb "$cli" "$1"
    end_tropeiro
    ((killed == $1)) || die "the worker was killed $killed times, not $1: the copy was over too soon (a larger --scale helps)"
    same_rows large_copy "$large_proof" "$(large_content large_copy)"
    drop_database large_copy
}

large_content() { values "$server_url/$1" "SELECT count(*), sum(hashtextextended(r::text, 0)::numeric) FROM public.readings r"; }

bench_killed() {
    local run how=""
    load_large
    headline "Killed $kills times"
    large_proof=$(large_content large_source)
    for ((run = 1; run <= runs; run++)); do
        large_copy 0
        figure killed_undisturbed "$wall_seconds"
        large_copy "$kills"
        figure killed_tropeiro "$wall_seconds"
        say "run $run: undisturbed $(tail -n 1 "$bench/figures/killed_undisturbed") s, killed $kills times $wall_seconds s"
        # Far beyond what is allowed: no median will mend it, and it takes minutes.
        if awk -v r="$(middles killed_tropeiro killed_undisturbed)" 'BEGIN { exit !(r > 2) }'; then
            how=", not measured again"
            break
        fi
    done
    drop_database large_source
    row "killed: time, killed / undisturbed" "$(middles killed_tropeiro killed_undisturbed)" "<=" 1.15 "" \
        "$(middle killed_tropeiro) s against $(middle killed_undisturbed) s, $kills times kill -9, one worker of two streams$how"
}
