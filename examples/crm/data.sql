-- 253 rows of one tenant in thirteen tables, and one tenant more without any. The same rows at every load.

SET TIME ZONE 'UTC';
CREATE FUNCTION pg_temp.id(what text, n int) RETURNS uuid LANGUAGE sql AS $$ SELECT md5(what || n)::uuid $$;
CREATE FUNCTION pg_temp.at(n int) RETURNS timestamptz LANGUAGE sql AS $$ SELECT '2025-01-01 09:00+00'::timestamptz + n * interval '7 hours 13 minutes' $$;

INSERT INTO public.tenants (id, slug, name, created_at) VALUES
    (pg_temp.id('tenant', 1), 'aurora-events', 'Aurora Events', pg_temp.at(0)),
    (pg_temp.id('tenant', 2), 'boreal-halls', 'Boreal Halls', pg_temp.at(1));
INSERT INTO public.users (id, tenant_id, email, created_at)
SELECT pg_temp.id('user', n), pg_temp.id('tenant', 1), format('user%s@aurora.example', n), pg_temp.at(n) FROM generate_series(1, 3) AS n;
INSERT INTO public.audit_log (user_id, what, happened_at)
SELECT pg_temp.id('user', 1 + n % 3), 'sign-in', pg_temp.at(n) FROM generate_series(1, 20) AS n;

INSERT INTO public.accounts (id, tenant_id, name, account_type, industry, website, phone, rating, annual_revenue, employees,
                             description, parent_account_id, billing_city, billing_country, shipping_city, owner_id, tags, custom,
                             last_activity_at, is_active, created_at, updated_at)
SELECT pg_temp.id('account', n), pg_temp.id('tenant', 1), 'Account ' || n, (ARRAY['customer', 'partner', NULL])[1 + n % 3],
       CASE n % 4 WHEN 0 THEN 'Hôtellerie' WHEN 1 THEN E'tab\tand "quotes"' END, 'https://account' || n || '.example', '+1 555 01' || n,
       nullif(n % 5, 0), n * 12345.67, n * 11, repeat('long text ', n * 40), CASE WHEN n > 9 THEN pg_temp.id('account', n - 9) END,
       'Lisboa', 'PT', '', pg_temp.id('user', 1 + n % 3), ARRAY['vip', NULL, 'tag ' || n], jsonb_build_object('n', n, 'list', ARRAY[1, n]),
       pg_temp.at(n * 3), n % 6 <> 0, pg_temp.at(n), pg_temp.at(n + 1) FROM generate_series(1, 13) AS n;
INSERT INTO public.contacts (id, tenant_id, first_name, last_name, email, address, birthday, is_primary, tags, created_at, updated_at)
SELECT pg_temp.id('contact', n), pg_temp.id('tenant', 1), nullif('First ' || n, 'First 4'), 'Last ' || n, format('contact%s@mail.example', n),
       CASE WHEN n <> 5 THEN jsonb_build_object('street', 'Rua ' || n, 'geo', jsonb_build_object('lat', 38.7 + n, 'lon', -9.1)) END,
       '1980-02-29'::date + n, n % 2 = 0, '{}', pg_temp.at(n), pg_temp.at(n) FROM generate_series(1, 9) AS n;
INSERT INTO public.contact_accounts SELECT pg_temp.id('contact', n), pg_temp.id('account', n), 'buyer' FROM generate_series(1, 9) AS n;
INSERT INTO public.opportunities (id, tenant_id, name, account_id, contact_id, stage, amount, currency, probability, close_date, is_closed,
                                  is_won, contract_sent, proposal, tags, created_at, updated_at)
SELECT pg_temp.id('opportunity', n), pg_temp.id('tenant', 1), 'Opportunity ' || n, pg_temp.id('account', 1 + n % 13),
       CASE WHEN n % 3 > 0 THEN pg_temp.id('contact', 1 + n % 9) END, (ARRAY['new', 'offer', 'won', 'lost'])[1 + n % 4],
       nullif(n * 99.5, 99.5), 'USD', n * 2, '2025-06-01'::date + n, n % 4 > 1, CASE WHEN n % 4 > 1 THEN n % 4 = 2 END, n % 2 = 0,
       jsonb_build_object('version', n), ARRAY['o' || n], pg_temp.at(n), pg_temp.at(n + 2) FROM generate_series(1, 49) AS n;
INSERT INTO public.leads (id, tenant_id, name, company, status, score, converted_at, converted_account_id, converted_contact_id,
                          converted_opportunity_id, created_at)
SELECT pg_temp.id('lead', n), pg_temp.id('tenant', 1), 'Lead ' || n, 'Company ' || n, CASE WHEN n < 5 THEN 'converted' ELSE 'new' END, n,
       CASE WHEN n < 5 THEN pg_temp.at(n) END, CASE WHEN n < 5 THEN pg_temp.id('account', n) END,
       CASE WHEN n < 5 THEN pg_temp.id('contact', n) END, CASE WHEN n < 5 THEN pg_temp.id('opportunity', n) END, pg_temp.at(n)
  FROM generate_series(1, 12) AS n;
INSERT INTO public.opportunity_line_items (id, opportunity_id, position, name, quantity, unit_price)
SELECT pg_temp.id('item', n), pg_temp.id('opportunity', 1 + n % 30), 1 + n / 30, 'Item ' || n, n * 0.25, n * 3.5 FROM generate_series(0, 59) AS n;
INSERT INTO public.locations (id, tenant_id, name, city, capacity, latitude, longitude, created_at, updated_at)
SELECT pg_temp.id('location', n), pg_temp.id('tenant', 1), 'Hall ' || n, 'Porto', n * 50, 41.1 + n / 7.0, 'NaN', pg_temp.at(n), pg_temp.at(n)
  FROM generate_series(1, 7) AS n;
INSERT INTO public.events (id, tenant_id, name, account_id, contact_id, opportunity_id, location_id, starts_on, ends_on, doors_open, guest_count,
                           price, menu, timeline, floor_plan, tags, has_contract, contract_signed, invoice_sent, staff_assigned, survey_sent,
                           created_at, updated_at)
SELECT pg_temp.id('event', n), pg_temp.id('tenant', 1), 'Event ' || n, pg_temp.id('account', n), pg_temp.id('contact', n),
       pg_temp.id('opportunity', n), pg_temp.id('location', n), CASE n WHEN 6 THEN 'infinity' ELSE '2025-09-01'::date + n END, NULL, '18:30', n * 40, n * 1000.01,
       '{"courses": ["soup", "fish"]}', jsonb_build_array(n, NULL), ARRAY['a', 'b\\c'], ARRAY['wedding'], true, n % 2 = 0, n > 2, n > 3, n = 6,
       pg_temp.at(n), pg_temp.at(n) FROM generate_series(1, 6) AS n;
INSERT INTO public.event_dates (id, event_id, location_id, happens_on, starts_at, ends_at)
SELECT pg_temp.id('date', n), pg_temp.id('event', 1 + n % 6), pg_temp.id('location', 1 + n % 7), '2025-09-01'::date + n, '17:00', '23:59:59.999'
  FROM generate_series(1, 14) AS n;
INSERT INTO public.tasks (id, tenant_id, title, due_at, account_id, event_id, created_at)
SELECT pg_temp.id('task', n), pg_temp.id('tenant', 1), 'Task ' || n, pg_temp.at(n * 5), pg_temp.id('account', 1 + n % 13),
       CASE WHEN n % 4 = 0 THEN pg_temp.id('event', 1 + n % 6) END, pg_temp.at(n) FROM generate_series(1, 25) AS n;
INSERT INTO public.notes (id, tenant_id, body, account_id, contact_id, created_at)
SELECT pg_temp.id('note', n), pg_temp.id('tenant', 1), repeat('Nota com acentuação. ', n * 20), pg_temp.id('account', 1 + n % 13),
       CASE WHEN n % 2 = 0 THEN pg_temp.id('contact', 1 + n % 9) END, pg_temp.at(n) FROM generate_series(1, 20) AS n;
INSERT INTO public.attachments (id, tenant_id, name, storage_path, size_bytes, digest, event_id, created_at)
SELECT pg_temp.id('attachment', n), pg_temp.id('tenant', 1), n || '.pdf', 'events/' || n || '.pdf', n * 1000000000::bigint, decode(md5(n::text), 'hex'),
       pg_temp.id('event', 1 + n % 6), pg_temp.at(n) FROM generate_series(1, 11) AS n;
INSERT INTO public.communications (id, tenant_id, channel, direction, subject, body, contact_id, sent_at, created_at)
SELECT pg_temp.id('communication', n), pg_temp.id('tenant', 1), (ARRAY['mail', 'phone'])[1 + n % 2], 'out', NULL, 'Body ' || n, pg_temp.id('contact', 1 + n % 9),
       pg_temp.at(n), pg_temp.at(n) FROM generate_series(1, 18) AS n;
