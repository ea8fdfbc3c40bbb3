-- Triggers of table $1 that would fire, with the statements that put them aside and bring them back as they were.
SELECT format('ALTER TABLE %s DISABLE TRIGGER %I', t.tgrelid::regclass, t.tgname) AS aside,
       format('ALTER TABLE %s ENABLE %sTRIGGER %I', t.tgrelid::regclass,
              CASE t.tgenabled WHEN 'R' THEN 'REPLICA ' WHEN 'A' THEN 'ALWAYS ' ELSE '' END, t.tgname) AS back
  FROM pg_trigger t
 WHERE t.tgrelid = $1::regclass AND NOT t.tgisinternal AND t.tgenabled <> 'D'
 ORDER BY t.tgname
