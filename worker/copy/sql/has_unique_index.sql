-- $1 the table's quoted name. Whether a whole, valid unique index stands on it.
SELECT EXISTS (SELECT FROM pg_catalog.pg_index
                WHERE indrelid = $1::regclass AND indisunique AND indisvalid AND indpred IS NULL)
