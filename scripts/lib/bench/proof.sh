# shellcheck shell=bash
# shellcheck disable=SC2154 # what it needs comes from scripts/bench
# That nobody wins by copying nothing: every table's rows are counted on both sides, one table's content is compared.
# Sourced after compare.sh. What differs ends the benchmark.

proof_table=news # long texts, arrays, jsonb, every odd value of the generator

list_tables() { # DATABASE
    public_tables "$server_url/$1"
}

# table|rows of every table, then news|rows|md5: of the rows that match.
proof_of() { # DATABASE CONDITION TABLE...
    local url=$server_url/$1 condition=$2
    shift 2
    counts "$url" "$condition" "$@"
    contents "$url" "$condition" "$proof_table"
}

same_rows() { # WHO EXPECTED FOUND
    [[ $2 == "$3" ]] || { diff <(echo "$2") <(echo "$3") | head -n 20 >&2; die "$1 does not hold the source's rows (above: < source, > $1)"; }
}

# A whole database against its source. The source's side is asked once.
prove_all() { # SOURCE TARGET
    local list
    mapfile -t list < <(list_tables "$1")
    if [[ ! -f $bench/proof_of_$1 ]]; then proof_of "$1" true "${list[@]}" >"$bench/proof_of_$1"; fi
    same_rows "$2" "$(<"$bench/proof_of_$1")" "$(proof_of "$2" true "${list[@]}")"
}

# city|table|rows and city|news|rows|md5 for every city at once, one reading of each table.
proof_by_city() { # SOURCE
    local list table sql=""
    mapfile -t list < <(list_tables "$1")
    for table in "${list[@]}"; do sql+="${sql:+ UNION ALL }SELECT city_id, '$table', count(*) FROM public.\"$table\" GROUP BY 1"; done
    values "$server_url/$1" "$sql"
    values "$server_url/$1" "SELECT city_id, '$proof_table', count(*), md5(string_agg(h, '' ORDER BY h))
        FROM (SELECT city_id, md5(t::text) COLLATE \"C\" AS h FROM public.$proof_table AS t) AS rows GROUP BY 1"
}

# What a city's database must answer like proof_by_city, in one session.
city_proof_sql() { # TABLE...
    local table sql=""
    for table; do sql+="${sql:+ UNION ALL }SELECT '$table', count(*) FROM public.\"$table\""; done
    echo "$sql;
        SELECT '$proof_table', count(*), md5(string_agg(h, '' ORDER BY h)) FROM (SELECT md5(t::text) COLLATE \"C\" AS h FROM public.$proof_table AS t) AS rows"
}

# Cities' databases against their rows in the source: LIST as in $bench/cities_of_..., databases called PREFIX and slug,
# which the FUNCTION, when given, turns into the database's name.
prove_cities() { # SOURCE LIST PREFIX [FUNCTION]
    local list slug id database sql
    mapfile -t list < <(list_tables "$1")
    sql=$(city_proof_sql "${list[@]}")
    if [[ ! -f $bench/proof_by_city_of_$1 ]]; then proof_by_city "$1" >"$bench/proof_by_city_of_$1"; fi
    while IFS='|' read -r slug id; do
        database=$3$slug
        if [[ -n ${4-} ]]; then database=$3$("$4" "$slug"); fi
        # A city without a row in a table has no line in the source's proof.
        same_rows "$database" "$(sed -n "s/^$id|//p" "$bench/proof_by_city_of_$1" | LC_ALL=C sort)" \
            "$(values "$server_url/$database" "$sql" | grep -vE '^[^|]*\|0(\|.*)?$' | LC_ALL=C sort)"
    done <"$2"
}

# As many indexes and constraints of each kind, and all of them valid.
prove_schema() { # SOURCE TARGET
    local sql="
        SELECT 'indexes', count(*) FILTER (WHERE indisvalid), '' FROM pg_index JOIN pg_class c ON c.oid = indrelid WHERE relnamespace = 'public'::regnamespace
        UNION ALL
        SELECT contype::text, count(*) FILTER (WHERE convalidated), '' FROM pg_constraint WHERE connamespace = 'public'::regnamespace GROUP BY 1
        UNION ALL
        SELECT 'triggers', count(*), string_agg(DISTINCT tgenabled::text, '') FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid
         WHERE relnamespace = 'public'::regnamespace AND NOT tgisinternal ORDER BY 1"
    same_rows "$2" "$(values "$server_url/$1" "$sql")" "$(values "$server_url/$2" "$sql")"
}
