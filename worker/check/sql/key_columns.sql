-- Columns that tell the rows of table $1 apart, in the order of the index: of the primary key, else of the smallest unique
-- index without NULLs, expressions or a condition.
SELECT a.attname
  FROM (SELECT i.indexrelid, i.indrelid, i.indkey, i.indnkeyatts
          FROM pg_index i
         WHERE i.indrelid = $1::regclass AND i.indisunique AND i.indisvalid AND i.indimmediate
           AND i.indpred IS NULL AND i.indexprs IS NULL
           AND NOT EXISTS (SELECT FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, nth)
                             JOIN pg_attribute c ON c.attrelid = i.indrelid AND c.attnum = k.attnum
                            WHERE k.nth <= i.indnkeyatts AND NOT c.attnotnull)
         ORDER BY i.indisprimary DESC, i.indnkeyatts, i.indexrelid
         LIMIT 1) k
 CROSS JOIN LATERAL unnest(k.indkey::int2[]) WITH ORDINALITY AS n(attnum, nth)
  JOIN pg_attribute a ON a.attrelid = k.indrelid AND a.attnum = n.attnum
 WHERE n.nth <= k.indnkeyatts
 ORDER BY n.nth
