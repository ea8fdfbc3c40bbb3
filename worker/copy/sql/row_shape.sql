-- $1 the table's quoted name. Its columns, those of the primary key first and in its order; `key`: is one of them.
-- `as_text`: json may hold escapes that jsonb refuses.
SELECT a.attname AS name, a.atttypid = 'pg_catalog.json'::regtype AS as_text, i.indkey IS NOT NULL AS key
  FROM pg_catalog.pg_attribute a
  LEFT JOIN pg_catalog.pg_index i
    ON i.indrelid = a.attrelid AND i.indisprimary AND a.attnum = ANY (i.indkey)
 WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped
 ORDER BY array_position(i.indkey::int2[], a.attnum), a.attnum
