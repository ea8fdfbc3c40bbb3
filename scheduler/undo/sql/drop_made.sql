-- Makes a function of this session that takes a rollout's objects away again: those of tropeiro.made_object, nothing
-- else, and nothing that something else needs; it empties the tables of p_empty (quoted names) and puts back what the
-- rollout had set aside. To be called in a transaction with search_path = pg_catalog; rolled back, it tells what would
-- happen. A row an object: dropped, emptied, back (put back), or stays and why.
--
-- What cannot go keeps all that belongs to it: the attempt is rolled back and made again without it.
CREATE OR REPLACE FUNCTION pg_temp.tropeiro_drop_made(p_rollout bigint, p_empty text[])
RETURNS TABLE (kind text, identity text, outcome text, why text) LANGUAGE plpgsql AS $made$
#variable_conflict use_column
DECLARE
    one      record;
    moved    boolean;
    message  text;
    detail   text;
    leftover jsonb;
BEGIN
    CREATE TEMP TABLE tropeiro_drop ON COMMIT DROP AS
    SELECT m.class_id, m.object_id, m.kind, m.identity, s.table_id,
           CASE WHEN m.kind = 'table constraint'
                THEN format('ALTER TABLE %I.%I DROP CONSTRAINT %I', s.schema_name, s.table_name, s.name)
                ELSE format('DROP %s %s', CASE m.kind WHEN 'statistics object' THEN 'statistics' ELSE m.kind END,
                            m.identity) END AS statement,
           CASE WHEN s.identity IS NULL THEN 'gone' WHEN (s.type, s.identity) = (m.kind, m.identity) THEN 'drop'
                ELSE 'stays' END AS outcome,
           CASE WHEN s.identity IS NOT NULL AND (s.type, s.identity) <> (m.kind, m.identity)
                THEN 'it is ' || s.type || ' ' || s.identity || ' by now' ELSE '' END AS why
      FROM tropeiro.made_object m
      LEFT JOIN tropeiro.standing_object s USING (class_id, object_id)
     WHERE m.rollout_id = p_rollout;
    -- A partition goes with its parent: one that others attached would be lost.
    UPDATE tropeiro_drop d SET outcome = 'stays', why = 'others made partition ' || i.inhrelid::regclass || ' of it'
      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid AND c.relispartition
     WHERE d.outcome = 'drop' AND d.class_id = 'pg_class'::regclass AND i.inhparent = d.object_id
       AND NOT EXISTS (SELECT FROM tropeiro_drop p WHERE p.object_id = i.inhrelid AND p.outcome = 'drop');

    LOOP
        leftover := NULL;
        BEGIN
            FOR one IN SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', k.conrelid::regclass, k.conname) AS statement
                         FROM pg_constraint k
                         JOIN tropeiro_drop a ON a.object_id = k.conrelid AND a.outcome = 'drop'
                         JOIN tropeiro_drop b ON b.object_id = k.confrelid AND b.outcome = 'drop'
                        WHERE k.contype = 'f' AND k.conparentid = 0
            LOOP
                EXECUTE one.statement;
            END LOOP;
            LOOP
                moved := false;
                FOR one IN SELECT * FROM tropeiro_drop d
                            WHERE d.outcome = 'drop'
                              AND NOT EXISTS (SELECT FROM tropeiro_drop t WHERE t.object_id = d.table_id)
                            ORDER BY d.kind NOT IN ('trigger', 'policy', 'table constraint'),
                                     d.kind NOT IN ('view', 'materialized view'), d.kind <> 'table', d.identity
                LOOP
                    BEGIN
                        IF (pg_identify_object(one.class_id, one.object_id, 0)).identity IS NOT NULL THEN
                            EXECUTE one.statement;
                        END IF;
                        UPDATE tropeiro_drop SET outcome = 'dropped', why = ''
                         WHERE class_id = one.class_id AND object_id = one.object_id;
                        moved := true;
                    EXCEPTION WHEN lock_not_available THEN RAISE;
                              WHEN OTHERS THEN
                        GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
                        UPDATE tropeiro_drop SET why = coalesce(nullif(detail, ''), message)
                         WHERE class_id = one.class_id AND object_id = one.object_id;
                    END;
                END LOOP;
                EXIT WHEN NOT moved;
            END LOOP;
            SELECT jsonb_agg(jsonb_build_object('class', d.class_id::bigint, 'object', d.object_id::bigint, 'why', d.why))
              INTO leftover FROM tropeiro_drop d
             WHERE d.outcome = 'drop' AND NOT EXISTS (SELECT FROM tropeiro_drop t WHERE t.object_id = d.table_id);
            IF leftover IS NOT NULL THEN
                RAISE EXCEPTION 'something stays' USING ERRCODE = 'TR001';
            END IF;
        EXCEPTION WHEN SQLSTATE 'TR001' THEN
            NULL;
        END;
        EXIT WHEN leftover IS NULL;
        UPDATE tropeiro_drop d SET outcome = 'stays', why = l.why
          FROM jsonb_to_recordset(leftover) AS l(class bigint, object bigint, why text)
         WHERE d.class_id::bigint = l.class AND d.object_id::bigint = l.object;
    END LOOP;

    -- Tables that others' tables refer to cannot be emptied; nor those that such a table refers to.
    CREATE TEMP TABLE tropeiro_empty ON COMMIT DROP AS
    SELECT to_regclass(name) AS id, ''::text AS why FROM unnest(p_empty) AS given(name);
    LOOP
        UPDATE tropeiro_empty e
           SET why = (SELECT 'its rows cannot go: ' || min(k.conrelid::regclass::text) || ' refers to it'
                        FROM pg_constraint k
                       WHERE k.contype = 'f' AND k.confrelid = e.id
                         AND k.conrelid NOT IN (SELECT id FROM tropeiro_empty WHERE why = ''))
         WHERE e.why = ''
           AND EXISTS (SELECT FROM pg_constraint k
                        WHERE k.contype = 'f' AND k.confrelid = e.id
                          AND k.conrelid NOT IN (SELECT id FROM tropeiro_empty WHERE why = ''));
        EXIT WHEN NOT FOUND;
    END LOOP;
    SELECT 'TRUNCATE ' || string_agg('ONLY ' || id::text, ', ') INTO message FROM tropeiro_empty WHERE why = '';
    IF message IS NOT NULL THEN
        EXECUTE message;
    END IF;
    INSERT INTO tropeiro_drop
    SELECT 0, 0, 'table', e.id::text, 0, '', CASE e.why WHEN '' THEN 'emptied' ELSE 'stays' END, e.why FROM tropeiro_empty e;

    FOR one IN SELECT s.*, format('%I on %I.%I', s.name, s.schema_name, s.table_name) AS what
                 FROM tropeiro.set_aside s
                 JOIN pg_namespace n ON n.nspname = s.schema_name
                 JOIN pg_class t ON t.relnamespace = n.oid AND t.relname = s.table_name
                WHERE s.rollout_id = p_rollout
                  AND CASE s.kind WHEN 'trigger'
                      THEN EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = t.oid AND g.tgname = s.name AND g.tgenabled = 'D')
                      ELSE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = t.oid AND k.conname = s.name
                                          AND (k.convalidated OR s.statement LIKE '% NOT VALID')) END
    LOOP
        BEGIN
            -- What a rollout has made again and did not get to validate gives way to the key that stood there.
            IF one.kind = 'foreign key' THEN
                EXECUTE format('ALTER TABLE %I.%I DROP CONSTRAINT IF EXISTS %I', one.schema_name, one.table_name, one.name);
            END IF;
            EXECUTE one.statement;
            INSERT INTO tropeiro_drop VALUES (0, 0, one.kind, one.what, 0, '', 'back', '');
        EXCEPTION WHEN lock_not_available THEN RAISE;
                  WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS message = MESSAGE_TEXT;
            INSERT INTO tropeiro_drop VALUES (0, 0, one.kind, one.what, 0, '', 'stays',
                                              'off, it does not come back: ' || message || '; ' || one.statement);
        END;
    END LOOP;

    DELETE FROM tropeiro.made_object m
     WHERE m.rollout_id = p_rollout AND (pg_identify_object(m.class_id, m.object_id, 0)).identity IS NULL;
    DELETE FROM tropeiro.table_ledger l
     WHERE l.rollout_id = p_rollout
       AND (to_regclass(format('%I.%I', l.schema_name, l.table_name)) IS NULL
            OR EXISTS (SELECT FROM tropeiro_drop d
                        WHERE d.outcome = 'emptied'
                          AND to_regclass(d.identity) = to_regclass(format('%I.%I', l.schema_name, l.table_name))));
    DELETE FROM tropeiro.set_aside s
     WHERE s.rollout_id = p_rollout
       AND NOT EXISTS (SELECT FROM tropeiro_drop d WHERE d.outcome = 'stays' AND d.kind = s.kind
                          AND d.identity = format('%I on %I.%I', s.name, s.schema_name, s.table_name));
    DELETE FROM tropeiro.applied_step s WHERE s.rollout_id = p_rollout;
    RETURN QUERY SELECT d.kind, d.identity, d.outcome, d.why FROM tropeiro_drop d
                  WHERE d.outcome IN ('dropped', 'emptied', 'back', 'stays')
                  ORDER BY d.outcome, d.kind, d.identity;
END $made$
