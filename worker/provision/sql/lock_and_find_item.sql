-- $1 schema, $2 table, $3 name, $4 whether it is a constraint, $5 whether it makes an index. Waits for its turn; held until the transaction ends.
-- `found` tells whether the index or constraint stands. An index is looked up in its table's schema, where
-- PostgreSQL puts it. `remnant` is the DROP of an index that stands there but answers no query: what a CREATE INDEX
-- CONCURRENTLY that failed has left; or, for a constraint that makes its index itself, one of its name that a rollout
-- made for it and did not get to use. The index of a partitioned table is invalid while a partition lacks its own, and is none.
WITH wanted AS (
    SELECT i.oid, NOT $4::boolean AND (x.indisvalid OR i.relkind = 'I') AS usable
      FROM pg_index x
      JOIN pg_class i ON i.oid = x.indexrelid
      JOIN pg_class t ON t.oid = x.indrelid
      JOIN pg_namespace n ON n.oid = t.relnamespace
     WHERE ($5::boolean OR NOT $4::boolean) AND n.nspname = $1 AND t.relname = $2 AND i.relname = $3
)
SELECT pg_advisory_xact_lock(hashtextextended('tropeiro item ' || $1 || '.' || $2 || '.' || $3, 0)),
       CASE WHEN $4::boolean
            THEN EXISTS (SELECT FROM pg_constraint c
                           JOIN pg_class t ON t.oid = c.conrelid
                           JOIN pg_namespace n ON n.oid = t.relnamespace
                          WHERE n.nspname = $1 AND t.relname = $2 AND c.conname = $3)
            ELSE EXISTS (SELECT FROM wanted WHERE usable)
       END AS found,
       coalesce((SELECT format('DROP INDEX %I.%I', $1::text, $3::text) FROM wanted w
                  WHERE NOT usable AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = w.oid)
                    AND (NOT $4::boolean OR EXISTS (SELECT FROM tropeiro.made_object m
                                                     WHERE m.class_id = 'pg_class'::regclass AND m.object_id = w.oid))),
                '') AS remnant
