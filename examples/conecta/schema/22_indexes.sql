-- Secondary indexes: plain, unique, partial, on expressions, GIN, GiST, BRIN, covering.
-- None begins with city_id, as in most schemas that met tenants late; see optional_city_indexes.sql.

CREATE UNIQUE INDEX profiles_email_lower_key ON public.profiles (lower(email));

CREATE INDEX students_school_idx ON public.students (school_id);
CREATE INDEX students_name_lower_idx ON public.students (lower(full_name) text_pattern_ops) WHERE active;
CREATE UNIQUE INDEX teachers_profile_key ON public.teachers (profile_id) WHERE profile_id IS NOT NULL;
CREATE INDEX school_classes_school_idx ON public.school_classes (school_id, school_year DESC) INCLUDE (name);
CREATE INDEX student_enrollments_class_idx ON public.student_enrollments (school_class_id) WHERE status = 'ativa';
CREATE INDEX "Idx_IDEB_anoReferência" ON public.ideb_data ("anoReferência" DESC NULLS LAST, score);
CREATE INDEX scheduled_assessments_class_idx ON public.scheduled_assessments (school_class_id, scheduled_for);
CREATE INDEX student_assessments_student_idx ON public.student_assessments (student_id);
CREATE STATISTICS public.student_assessments_score_absent (dependencies) ON score, absent FROM public.student_assessments;

CREATE INDEX health_units_location_idx ON public.health_units USING gist (location);
CREATE INDEX appointments_unit_idx ON public.appointments (health_unit_id, scheduled_at);
CREATE INDEX appointments_open_idx ON public.appointments (scheduled_at) WHERE status IN ('agendado', 'confirmado');

-- One slug per city, the legacy city included.
CREATE UNIQUE INDEX news_slug_per_city_key
    ON public.news (slug, COALESCE(city_id, '00000000-0000-0000-0000-000000000000'::uuid));
CREATE INDEX news_search_idx ON public.news USING gin (search);
CREATE INDEX news_tags_idx ON public.news USING gin (tags);
CREATE INDEX news_published_idx ON public.news (published_at DESC) WHERE status = 'publicado';
CREATE INDEX events_starts_at_idx ON public.events (starts_at);
CREATE INDEX stories_news_idx ON public.stories (news_id) WHERE news_id IS NOT NULL;
CREATE INDEX campaign_banners_shown_idx ON public.campaign_banners USING gist (shown) WHERE active;

CREATE INDEX ombudsman_protocols_open_idx ON public.ombudsman_protocols (secretaria_id, opened_at)
    WHERE status <> 'encerrado';
CREATE INDEX ombudsman_protocols_contact_idx ON public.ombudsman_protocols USING gin (contact jsonb_path_ops);

CREATE UNIQUE INDEX employee_timeclock_punch_key ON public.employee_timeclock (employee_id, punched_at, kind);
CREATE INDEX employee_timeclock_day_idx ON public.employee_timeclock (((punched_at AT TIME ZONE 'America/Recife')::date));
CREATE INDEX employee_audit_log_occurred_idx ON public.employee_audit_log USING brin (occurred_at);

CREATE INDEX transferencias_federais_competencia_idx ON public.transferencias_federais (competencia, programa);
CREATE INDEX advertising_expenses_month_idx ON public.advertising_expenses (date_trunc('month', spent_on::timestamp));

CREATE INDEX social_media_posts_account_idx ON public.social_media_posts (account_id, published_at);
CREATE UNIQUE INDEX social_media_posts_external_key ON public.social_media_posts (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX social_media_api_keys_account_idx ON public.social_media_api_keys USING hash (account_id);

CREATE INDEX api_cache_expires_idx ON public.api_cache (expires_at);
CREATE INDEX notifications_unread_idx ON public.notifications (profile_id, created_at DESC) WHERE read_at IS NULL;
