-- Module transparencia.

INSERT INTO public.transferencias_federais (city_id, programa, orgao, convenio, competencia, valor_previsto, valor_repassado, situacao, documento, created_at)
SELECT (c).city_id, (ARRAY['FUNDEB', 'PNAE', 'PNATE', 'FPM', 'SUS - Atenção Básica', 'Bolsa Família - IGD'])[1 + i % 6], (ARRAY['FNDE', 'STN', 'FNS', 'MDS'])[1 + hash % 4],
       CASE WHEN i % 3 = 0 THEN (800000 + i)::text || '/' || (2019 + i * 7 / n)::text END, date '2019-01-01' + (i * 2556 / n)::integer,
       CASE WHEN i % 90 = 4 THEN 'NaN' ELSE conecta_gen.money(hash, 99999999999) END,
       CASE WHEN i % 8 = 0 THEN NULL WHEN i % 90 = 5 THEN 'NaN' WHEN i % 90 = 6 THEN 0 ELSE conecta_gen.money(hash / 3, 99999999999) END,
       conecta_gen.odd_null(hash / 7, CASE WHEN i % 2 = 0 THEN 'Repassado' ELSE 'Em análise' END),
       conecta_gen.odd_json(hash / 11, jsonb_build_object('nº', 'OB' || (hash % 1000000)::text, 'banco', '001')), conecta_gen.moment(i, n, hash)
FROM (SELECT s.*, i, conecta_gen.h(((c).ord::bigint << 40) + i, 11) AS hash
      FROM conecta_gen.chunks('transferencias_federais') s, generate_series(s.lo, s.hi - 1) i) r;

INSERT INTO public.orcamento_educacao (id, city_id, secretaria_id, ano, mes, categoria, dotacao, empenhado, liquidado, pago, detalhes)
SELECT conecta_gen.id('orcamento_educacao', (c).ord, i), (c).city_id, conecta_gen.id('secretarias', (c).ord, 0), 2019 + i * 7 / n, 1 + i % 12,
       (ARRAY['Pessoal', 'Merenda escolar', 'Transporte', 'Obras', 'Material didático'])[1 + hash % 5],
       CASE WHEN i % 250 = 6 THEN 'NaN' ELSE base END, base * 0.80, base * 0.55, base * 0.50,
       conecta_gen.odd_json(hash / 7, jsonb_build_array(jsonb_build_object('elemento', '3.3.90.30', 'valor', base)))
FROM (SELECT s.*, i, conecta_gen.h(((c).ord::bigint << 40) + i, 11) AS hash, conecta_gen.money(conecta_gen.h(((c).ord::bigint << 40) + i, 12), 999999999) AS base
      FROM conecta_gen.chunks('orcamento_educacao') s, generate_series(s.lo, s.hi - 1) i) r;

INSERT INTO public.advertising_expenses (city_id, secretaria_id, campaign_banner_id, supplier, supplier_cnpj, invoice_number, medium, amount, spent_on, remarks)
SELECT (c).city_id, conecta_gen.id('secretarias', (c).ord, 7), CASE WHEN i % 3 > 0 THEN conecta_gen.id('campaign_banners', (c).ord, hash % (c).campaign_banners) END,
       'Gráfica ' || conecta_gen.last_name(hash / 3) || ' & Cia', lpad((hash % 100000000)::text, 8, '0') || '/0001-' || lpad((hash % 97)::text, 2, '0'),
       CASE WHEN i % 10 > 0 THEN 'NF-' || i::text END, (ARRAY['rádio', 'televisão', 'jornal', 'internet', 'outdoor'])[1 + hash / 7 % 5],
       conecta_gen.money(hash, 5000000), date '2019-01-01' + (i * 2556 / n)::integer, conecta_gen.odd_null(hash / 13, 'Publicidade institucional')
FROM (SELECT s.*, i, conecta_gen.h(((c).ord::bigint << 40) + i, 11) AS hash
      FROM conecta_gen.chunks('advertising_expenses') s, generate_series(s.lo, s.hi - 1) i) r;
