-- $1 schema, $2 table. Key and error of the row that was refused first.
SELECT key::text || ': ' || error AS error FROM tropeiro.quarantined_row
 WHERE schema_name = $1 AND table_name = $2
 ORDER BY at, place
 LIMIT 1
