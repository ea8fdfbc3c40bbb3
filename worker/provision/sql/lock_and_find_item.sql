-- $1 schema, $2 table, $3 name, $4 whether it is a constraint. Waits for its turn; held until the transaction ends.
-- `found` tells whether the index or constraint stands. An index is looked up in its table's schema, where
-- PostgreSQL puts it.
SELECT pg_advisory_xact_lock(hashtextextended('tropeiro item ' || $1 || '.' || $2 || '.' || $3, 0)),
       CASE WHEN $4::boolean
            THEN EXISTS (SELECT FROM pg_constraint c
                           JOIN pg_class t ON t.oid = c.conrelid
                           JOIN pg_namespace n ON n.oid = t.relnamespace
                          WHERE n.nspname = $1 AND t.relname = $2 AND c.conname = $3)
            ELSE EXISTS (SELECT FROM pg_index x
                           JOIN pg_class i ON i.oid = x.indexrelid
                           JOIN pg_class t ON t.oid = x.indrelid
                           JOIN pg_namespace n ON n.oid = t.relnamespace
                          WHERE n.nspname = $1 AND t.relname = $2 AND i.relname = $3)
       END AS found
