-- Every object of people's own that a schema script may make, as pg_identify_object() calls it. No parameters.
-- What belongs to an extension is left out; the extension itself is in. `shape` tells apart two types or functions of
-- one name; the search path must be empty, so that the names in it are qualified.
WITH own AS (
    SELECT oid FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
), objects (class_id, object_id) AS (
    SELECT 'pg_catalog.pg_namespace'::regclass::oid, oid FROM own
    UNION ALL SELECT 'pg_catalog.pg_extension'::regclass, oid FROM pg_catalog.pg_extension
    UNION ALL SELECT 'pg_catalog.pg_class'::regclass, oid FROM pg_catalog.pg_class
               WHERE relnamespace IN (SELECT oid FROM own) AND relkind IN ('r', 'p', 'f', 'v', 'm', 'S')
    UNION ALL SELECT 'pg_catalog.pg_type'::regclass, t.oid FROM pg_catalog.pg_type t
               WHERE t.typnamespace IN (SELECT oid FROM own) AND t.typelem = 0
                 AND (t.typrelid = 0 OR EXISTS (SELECT FROM pg_catalog.pg_class c
                                                 WHERE c.oid = t.typrelid AND c.relkind = 'c'))
    UNION ALL SELECT 'pg_catalog.pg_proc'::regclass, oid FROM pg_catalog.pg_proc
               WHERE pronamespace IN (SELECT oid FROM own)
    UNION ALL SELECT 'pg_catalog.pg_operator'::regclass, oid FROM pg_catalog.pg_operator
               WHERE oprnamespace IN (SELECT oid FROM own)
    UNION ALL SELECT 'pg_catalog.pg_opclass'::regclass, oid FROM pg_catalog.pg_opclass
               WHERE opcnamespace IN (SELECT oid FROM own)
    UNION ALL SELECT 'pg_catalog.pg_opfamily'::regclass, oid FROM pg_catalog.pg_opfamily
               WHERE opfnamespace IN (SELECT oid FROM own)
    UNION ALL SELECT 'pg_catalog.pg_collation'::regclass, oid FROM pg_catalog.pg_collation
               WHERE collnamespace IN (SELECT oid FROM own)
    UNION ALL SELECT 'pg_catalog.pg_conversion'::regclass, oid FROM pg_catalog.pg_conversion
               WHERE connamespace IN (SELECT oid FROM own)
    UNION ALL SELECT 'pg_catalog.pg_ts_config'::regclass, oid FROM pg_catalog.pg_ts_config
               WHERE cfgnamespace IN (SELECT oid FROM own)
    UNION ALL SELECT 'pg_catalog.pg_ts_dict'::regclass, oid FROM pg_catalog.pg_ts_dict
               WHERE dictnamespace IN (SELECT oid FROM own)
    UNION ALL SELECT 'pg_catalog.pg_ts_parser'::regclass, oid FROM pg_catalog.pg_ts_parser
               WHERE prsnamespace IN (SELECT oid FROM own)
    UNION ALL SELECT 'pg_catalog.pg_ts_template'::regclass, oid FROM pg_catalog.pg_ts_template
               WHERE tmplnamespace IN (SELECT oid FROM own)
    UNION ALL SELECT 'pg_catalog.pg_statistic_ext'::regclass, oid FROM pg_catalog.pg_statistic_ext
               WHERE stxnamespace IN (SELECT oid FROM own)
    UNION ALL SELECT 'pg_catalog.pg_language'::regclass, oid FROM pg_catalog.pg_language
    UNION ALL SELECT 'pg_catalog.pg_cast'::regclass, oid FROM pg_catalog.pg_cast WHERE oid >= 16384
    UNION ALL SELECT 'pg_catalog.pg_foreign_data_wrapper'::regclass, oid FROM pg_catalog.pg_foreign_data_wrapper
    UNION ALL SELECT 'pg_catalog.pg_foreign_server'::regclass, oid FROM pg_catalog.pg_foreign_server
    UNION ALL SELECT 'pg_catalog.pg_trigger'::regclass, oid FROM pg_catalog.pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'pg_catalog.pg_policy'::regclass, oid FROM pg_catalog.pg_policy
    UNION ALL SELECT 'pg_catalog.pg_rewrite'::regclass, r.oid FROM pg_catalog.pg_rewrite r
                JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
               WHERE r.rulename <> '_RETURN' AND c.relnamespace IN (SELECT oid FROM own)
    UNION ALL SELECT 'pg_catalog.pg_attrdef'::regclass, a.oid FROM pg_catalog.pg_attrdef a
                JOIN pg_catalog.pg_class c ON c.oid = a.adrelid
               WHERE c.relnamespace IN (SELECT oid FROM own)
    UNION ALL SELECT 'pg_catalog.pg_constraint'::regclass, k.oid FROM pg_catalog.pg_constraint k
               WHERE k.connamespace IN (SELECT oid FROM own)
)
SELECT i.type, i.identity,
       CASE o.class_id
       WHEN 'pg_catalog.pg_proc'::regclass THEN (SELECT md5(p.prosrc) FROM pg_catalog.pg_proc p WHERE p.oid = o.object_id)
       WHEN 'pg_catalog.pg_type'::regclass THEN coalesce(
            (SELECT 'enum ' || string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
               FROM pg_catalog.pg_enum e WHERE e.enumtypid = o.object_id),
            (SELECT 'domain over ' || format_type(t.typbasetype, t.typtypmod)
                    || CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END || coalesce(' DEFAULT ' || t.typdefault, '')
                    || coalesce((SELECT string_agg(' ' || pg_get_constraintdef(k.oid), '' ORDER BY k.conname)
                                   FROM pg_catalog.pg_constraint k
                                  WHERE k.contypid = t.oid AND k.contype = 'c'), '')
               FROM pg_catalog.pg_type t WHERE t.oid = o.object_id AND t.typtype = 'd'),
            (SELECT 'columns ' || string_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod), ', '
                                             ORDER BY a.attnum)
               FROM pg_catalog.pg_type t
               JOIN pg_catalog.pg_attribute a ON a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
              WHERE t.oid = o.object_id AND t.typtype = 'c'),
            '')
       ELSE '' END AS shape
  FROM objects o
 CROSS JOIN LATERAL pg_identify_object(o.class_id, o.object_id, 0) AS i
 WHERE i.identity IS NOT NULL
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                    WHERE d.classid = o.class_id AND d.objid = o.object_id AND d.deptype = 'e')
