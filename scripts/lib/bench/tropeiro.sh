# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # what it sets is for those who source it; what it needs comes from scripts/bench
# tropeiro at work for the benchmark: timed alone, or with everything that it costs. Sourced.

# Every table, public.cities too, a database per tenant; cities are the registry's own.
workspace() { # FILE
    cat >"$1" <<'TOML'
[control]
cities = "public.no_table_of_this_name"

[target]
database = "{slug}"
TOML
}

connect_to() { # CONTROL SOURCE
    CONTROL_DB_URL=$(with_password "$1")
    SOURCE_DB_URL=$(with_password "$2")
    TARGET_ADMIN_URL=$(with_password postgres)
    export CONTROL_DB_URL SOURCE_DB_URL TARGET_ADMIN_URL
    unset REDIS_URL SUPABASE_DB_URL NEON_ADMIN_URL TENANT_DB_URL
}
tropeiro() { "$bin/tropeiro" --config "$bench/tropeiro.toml" "$@"; }

control_database() { # CONTROL SOURCE
    query postgres "CREATE DATABASE $1"
    connect_to "$1" "$2"
    tropeiro --quiet init >/dev/null
}

# Those of a list (slug|id) become tenants.
register() { # CONTROL LIST
    query "$1" "INSERT INTO tenant_registry (tenant_id, tenant_slug, tenant_name) VALUES $(sed -E "s/(.*)\|(.*)/('\2', '\1', '\1')/" "$2" | paste -sd ,)
                ON CONFLICT DO NOTHING"
}
slugs_of() { cut -d '|' -f 1 "$1" | paste -sd ,; }
database_of() { echo "${1//-/_}"; }

postmaster() { local pid; read -r pid <"$data/postgres/postmaster.pid"; echo "$pid"; }

# begin_tropeiro ARGUMENT...: one worker of two streams, in the background. Sets cli (its pid), began.
begin_tropeiro() {
    query postgres CHECKPOINT
    began=$EPOCHREALTIME
    # Not through the function: its process would stand between us and the program.
    "$bin/tropeiro" --quiet --config "$bench/tropeiro.toml" "$@" --workers 1 >"$bench/tropeiro.log" 2>&1 &
    cli=$!
}

# Sets wall_seconds, from start to end of the command.
end_tropeiro() {
    local code=0
    wait "$cli" || code=$?
    wall_seconds=$(seconds_since "$began")
    ((code == 0)) || { cat "$bench/tropeiro.log" >&2; die "tropeiro failed (exit code $code)"; }
}

# The first copy's start and the last one's end, in microseconds, of the last rollout. Sets from, to, copy_seconds.
copy_span() { # CONTROL
    local span
    span=$(query "$1" "
        SELECT (extract(epoch FROM min(started_at)) * 1000000)::bigint, (extract(epoch FROM max(finished_at)) * 1000000)::bigint
          FROM tropeiro.job WHERE rollout_id = (SELECT max(id) FROM tropeiro.rollout) AND kind = 'copy'")
    from=${span%|*} to=${span#*|}
    copy_seconds=$(awk -v a="$from" -v b="$to" 'BEGIN { printf "%.2f", (b - a) / 1000000 }')
}

# time_tropeiro CONTROL ARGUMENT...: sets wall_seconds, copy_seconds.
time_tropeiro() {
    local control=$1 from to
    shift
    begin_tropeiro "$@"
    end_tropeiro
    copy_span "$control"
}

# sample_tropeiro CONTROL DATABASES ARGUMENT...: the same with the sampler beside it, which costs about a hundredth.
# Sets also: cpu (worker's), cpu_all (worker's and the databases' backends'), peak (megabytes of the worker).
sample_tropeiro() {
    local control=$1 databases=$2 samples=$bench/samples sampler from to
    shift 2
    : >"$samples"
    begin_tropeiro "$@"
    sample "$cli" "$(postmaster)" "$databases" "$samples" &
    sampler=$!
    end_tropeiro
    kill "$sampler" || die "the sampler has died"
    wait "$sampler" 2>/dev/null || true
    copy_span "$control"
    cpu=$(cpu_seconds "$samples" worker "$from" "$to")
    cpu_all=$(plus "$cpu" "$(cpu_seconds "$samples" backend "$from" "$to")")
    peak=$(peak_megabytes "$samples" worker)
}

# provision CONTROL SOURCE TENANT: every row of every table into database TENANT, sampled.
provision() {
    connect_to "$1" "$2"
    tropeiro --quiet tenant add "$3" >/dev/null
    sample_tropeiro "$1" "$2 $3" tenant provision "$3" --rows all --all-tables
}

# What reading back cost the last rollout: its wall time; of it the verify jobs' share, a moment in which several jobs
# ran being divided among them (a pass is one); and the moments in which nothing but verify jobs ran. In seconds.
verify_figures() { # CONTROL PREFIX
    local said
    said=$(query "$1" "
        WITH job AS (SELECT DISTINCT ON (CASE WHEN pass > 0 THEN -pass ELSE id END, started_at, finished_at)
                            kind, started_at AS a, finished_at AS b, CASE WHEN pass > 0 THEN -pass ELSE id END AS work
                       FROM tropeiro.job
                      WHERE rollout_id = (SELECT max(id) FROM tropeiro.rollout) AND started_at IS NOT NULL),
             edge AS (SELECT a AS t FROM job UNION SELECT b FROM job),
             moment AS (SELECT t, lead(t) OVER (ORDER BY t) AS u FROM edge),
             slice AS (SELECT extract(epoch FROM u - t) AS s, count(DISTINCT work) AS n, count(DISTINCT work) FILTER (WHERE kind = 'verify') AS v
                         FROM moment JOIN job ON a <= t AND b >= u WHERE u > t GROUP BY t, u)
        SELECT round((SELECT extract(epoch FROM max(b) - min(a)) FROM job)::numeric, 3), round(sum(s * v / n)::numeric, 3),
               round(coalesce(sum(s) FILTER (WHERE n = v), 0)::numeric, 3) FROM slice")
    figure "$2_rollout_seconds" "${said%%|*}"
    said=${said#*|}
    figure "$2_verify_seconds" "${said%|*}"
    figure "$2_verify_alone_seconds" "${said#*|}"
}
