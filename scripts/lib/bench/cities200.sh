# shellcheck shell=bash
# shellcheck disable=SC2154 # what it needs comes from scripts/bench
# 200 cities, no index on the tenant column, against per-city filtered pipes. Where the pipes would take long, 20 of the
# cities stand for all. Sourced.

# One of each ten neighbours by size: the one that is nearest to their mean, so that the sample holds about a tenth of the
# rows. Prints slug|id|population.
every_tenth() { # FILE, slug|id|population, the largest first
    awk -F '|' '
        function choose(  i, best, mean) {
            mean = sum / n
            for (i = 1; i <= n; i++) if (!best || (size[i] - mean) ^ 2 < (size[best] - mean) ^ 2) best = i
            print line[best]
            n = sum = 0
        }
        { line[++n] = $0; size[n] = $3; sum += $3 }
        n == 10 { choose() }
        END { if (n) choose() }' "$1"
}

bench_cities200() {
    local run list=$bench/cities200 sample=$bench/cities200_sample factor=1 guessed="" how="all 200"
    load_many
    head -n 200 "$bench/sizes_of_many_source" >"$list.sizes"
    cut -d '|' -f 1,2 "$list.sizes" >"$list"
    cp "$list" "$sample"
    if ! $every_pipe; then
        every_tenth "$list.sizes" >"$sample.sizes"
        cut -d '|' -f 1,2 "$sample.sizes" >"$sample"
        factor=10 guessed=extrapolated
        how="pipes for 20 of 200, $(awk -F '|' 'NR == FNR { all += $3; next } { some += $3 } END { printf "%.0f", 100 * some / all }' "$list.sizes" "$sample.sizes") % of the people, times 10"
    fi
    headline "200 cities"
    register many_control "$list"
    for ((run = 1; run <= runs; run++)); do
        city_pipes many_source "$sample"
        connect_to many_control many_source
        # The pipes' databases are there before they are timed. Made by the same rollout, ours would be made beside the first copies.
        tropeiro --quiet rollout start --all-tables --rows none --tenants "$(slugs_of "$list")" --workers 1 >/dev/null
        time_tropeiro many_control rollout start --all-tables --tenants "$(slugs_of "$list")"
        prove_cities many_source "$list" "" database_of
        drop_cities "$list"
        figure cities200_tropeiro "$copy_seconds"
        figure cities200_pipes "$(awk -v s="$pipe_seconds" -v f="$factor" 'BEGIN { print s * f }')"
        say "run $run: psql pipes $pipe_seconds s ($how), tropeiro $copy_seconds s"
    done
    drop_database many_source
    row "cities200: tropeiro / psql pipes" "$(middles cities200_tropeiro cities200_pipes)" "<=" 0.15 "" \
        "$(middle cities200_tropeiro) s against $(middle cities200_pipes) s, no index ($how)" "$guessed"
}
