-- Jobs of a rollout with the numbers chosen for them. $1: rollout; then one array each, all of one length:
-- $2 id, $3 tenant or '', $4 city, $5 database, $6 kind, $7 label, $8 lane, $9 score, $10 spec, $11 depends_on as
-- array text, $12 expected rows, $13 expected bytes, $14 pass, $15 wave.
INSERT INTO tropeiro.job (id, rollout_id, tenant_id, city, database_name, kind, label, lane, score, spec, depends_on,
                          expected_rows, expected_bytes, pass, wave)
OVERRIDING SYSTEM VALUE
SELECT n.id, $1::bigint, nullif(n.tenant, '')::uuid, n.city, n.database, n.kind, n.label, n.lane,
       n.score::double precision, n.spec::jsonb, n.depends_on::bigint[], n.rows, n.bytes, n.pass, n.wave
  FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
              $10::text[], $11::text[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[])
       AS n(id, tenant, city, database, kind, label, lane, score, spec, depends_on, rows, bytes, pass, wave)
