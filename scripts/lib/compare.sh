# shellcheck shell=bash
# Independent proof: what stands in a city's database against the same rows of the source, asked with psql alone.
# Sourced after servers.sh; the URLs may be any.

# What cannot be asked equals nothing: each time it is another text.
unanswered() {
    echo "no answer ($BASHPID $EPOCHREALTIME);"
    return 1
}

# psql for values: one row a line, columns divided by |. Settings that change how values print are pinned.
values() { # URL SQL
    PGOPTIONS="-c timezone=UTC -c datestyle=ISO -c intervalstyle=postgres -c bytea_output=hex -c extra_float_digits=1 -c row_security=off" \
        psql -XAtq -v ON_ERROR_STOP=1 -d "$1" -c "$2" || unanswered
}

# The ordinary tables of schema public.
public_tables() { # URL
    values "$1" "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY relname COLLATE \"C\""
}

# table|rows for each table, of the rows that match.
counts() { # URL CONDITION TABLE...
    local url=$1 condition=$2 sql="" table
    shift 2
    for table; do sql+="${sql:+ UNION ALL }SELECT '$table', count(*) FROM public.\"$table\" WHERE $condition"; done
    values "$url" "$sql ORDER BY 1"
}

# table|rows|md5 for each table: every column of every row as text, in an order that the rows themselves give.
contents() { # URL CONDITION TABLE...
    local url=$1 condition=$2 sql="" table
    shift 2
    for table; do
        sql+="${sql:+ UNION ALL }SELECT '$table', count(*), md5(coalesce(string_agg(h, '' ORDER BY h), '')) FROM (SELECT md5(t::text) COLLATE \"C\" AS h FROM public.\"$table\" AS t WHERE $condition) AS rows"
    done
    values "$url" "$sql ORDER BY 1"
}

# The rows of one city, legacy or not, as the source tells them apart.
rows_of_city() { # CITY_ID, empty: the legacy city
    if [[ -z $1 ]]; then echo "city_id IS NULL"; else echo "city_id = '$1'"; fi
}
