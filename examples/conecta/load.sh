#!/usr/bin/env bash
# Loads the example into an empty database: schema, rows, keys and indexes, ANALYZE.
set -euo pipefail

usage() {
    cat <<'USAGE'
usage: load.sh URL [--scale S] [--cities N] [--city-indexes] [--verbose]

  URL             connection string of an empty UTF-8 database
  --scale S       1 is about 10 million rows and 2 GB before indexes (default 0.01)
  --cities N      how many cities share them, the legacy city included (default 50)
  --city-indexes  an index on city_id for every table
  --verbose       what is running, and at the end every table with its rows
USAGE
}

fail() { echo "load.sh: $1" >&2; usage >&2; exit 2; }

url="" scale=0.01 cities=50 city_indexes=false verbose=false
while (($#)); do
    case $1 in
        --scale) scale=${2-}; shift 2 || fail "--scale needs a number" ;;
        --cities) cities=${2-}; shift 2 || fail "--cities needs a number" ;;
        --city-indexes) city_indexes=true; shift ;;
        --verbose) verbose=true; shift ;;
        -h | --help) usage; exit 0 ;;
        -*) fail "unknown option $1" ;;
        *) [[ -z $url ]] || fail "one URL, please"; url=$1; shift ;;
    esac
done
[[ -n $url ]] || fail "Connection string not provided"
[[ $scale =~ ^[0-9]+(\.[0-9]+)?$ ]] || fail "--scale: not a number: $scale"
[[ $cities =~ ^[1-9][0-9]{0,3}$ ]] || fail "--cities: 1 to 9999, not $cities"

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
export PGCLIENTENCODING=UTF8

if [[ $(psql -XAtq -d "$url" -c "SELECT to_regclass('public.cities') IS NOT NULL") == t ]]; then
    echo "load.sh: the database already holds public.cities; load into an empty one" >&2
    exit 5
fi

# One session: the generator's helpers, and the settings, live as long as it does.
files=("$here"/schema/0*.sql "$here"/schema/10_*.sql "$here"/data/*.sql "$here"/schema/2*.sql)
$city_indexes && files+=("$here/schema/optional_city_indexes.sql")
arguments=()
for file in "${files[@]}"; do
    $verbose && arguments+=(-c "\\warn ${file#"$here"/}")
    arguments+=(-f "$file")
done
psql -XAtq -v ON_ERROR_STOP=1 -v scale="$scale" -v cities="$cities" -d "$url" \
    -c "SET client_min_messages = warning" -c "SET TIME ZONE 'UTC'" -c "SET synchronous_commit = off" \
    -c "SET maintenance_work_mem = '256MB'" -c "SET work_mem = '64MB'" -c "SET jit = off" \
    "${arguments[@]}" -c "ANALYZE"

if $verbose; then
    psql -XAtq -F ' ' -v ON_ERROR_STOP=1 -d "$url" <<'SQL'
SELECT format('SELECT %L, count(*) FROM %I.%I', relname, nspname, relname)
FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
WHERE nspname = 'public' AND relkind = 'r'
ORDER BY relname \gexec
SQL
fi
