-- What pg_stats knows about some columns. $1 bigint[]: tables, $2 text[]: the column of each.
-- Frequencies are shares of the table's rows; a negative number of values is a share as well.
SELECT k.table_oid, s.null_frac::float8 AS null_share, s.n_distinct::float8 AS distinct_values,
       coalesce(s.most_common_vals::text::text[], '{}') AS values,
       coalesce(s.most_common_freqs::text[], '{}') AS shares
  FROM unnest($1::bigint[], $2::text[]) AS k (table_oid, column_name)
  JOIN pg_catalog.pg_class c ON c.oid = k.table_oid::oid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname
                            AND s.attname = k.column_name AND NOT s.inherited
