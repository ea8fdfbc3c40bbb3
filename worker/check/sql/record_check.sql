-- What a check found in one table; a later attempt of the same job replaces it, but for a repair that it finds done. $1 job, $2 schema, $3 table, $4 method,
-- $5 verdict, $6 expected, $7 found, $8 missing, $9 differing, $10 doubled, $11 extra, $12 repaired, $13 examples, $14 note.
INSERT INTO tropeiro.data_check AS d
       (job_id, schema_name, table_name, method, verdict, expected, found, missing, differing, doubled, extra, repaired,
        examples, note)
VALUES ($1::bigint, $2, $3, $4, $5, $6::bigint, $7::bigint, $8::bigint, $9::bigint, $10::bigint, $11::bigint, $12::bigint,
        $13::jsonb, $14)
ON CONFLICT (job_id, schema_name, table_name) DO UPDATE
   SET verdict = EXCLUDED.verdict, expected = EXCLUDED.expected, found = EXCLUDED.found, missing = EXCLUDED.missing,
       differing = EXCLUDED.differing, doubled = EXCLUDED.doubled, extra = EXCLUDED.extra, repaired = EXCLUDED.repaired,
       examples = EXCLUDED.examples, note = EXCLUDED.note, checked_at = now()
 WHERE d.verdict <> 'repaired' OR EXCLUDED.verdict <> 'same'
