-- Optional: an index on city_id for each of the 30 tables. With them a small city is read without
-- reading the whole table; without them every city costs one scan.

CREATE INDEX schools_city_idx ON public.schools (city_id);
CREATE INDEX students_city_idx ON public.students (city_id);
CREATE INDEX teachers_city_idx ON public.teachers (city_id);
CREATE INDEX school_classes_city_idx ON public.school_classes (city_id);
CREATE INDEX student_enrollments_city_idx ON public.student_enrollments (city_id);
CREATE INDEX ideb_data_city_idx ON public.ideb_data (city_id);
CREATE INDEX scheduled_assessments_city_idx ON public.scheduled_assessments (city_id);
CREATE INDEX student_assessments_city_idx ON public.student_assessments (city_id);
CREATE INDEX health_units_city_idx ON public.health_units (city_id);
CREATE INDEX appointments_city_idx ON public.appointments (city_id);
CREATE INDEX news_city_idx ON public.news (city_id);
CREATE INDEX events_city_idx ON public.events (city_id);
CREATE INDEX stories_city_idx ON public.stories (city_id);
CREATE INDEX campaign_banners_city_idx ON public.campaign_banners (city_id);
CREATE INDEX gallery_albums_city_idx ON public.gallery_albums (city_id);
CREATE INDEX live_streams_city_idx ON public.live_streams (city_id);
CREATE INDEX podcasts_city_idx ON public.podcasts (city_id);
CREATE INDEX ombudsman_protocols_city_idx ON public.ombudsman_protocols (city_id);
CREATE INDEX employee_timeclock_city_idx ON public.employee_timeclock (city_id);
CREATE INDEX employee_absences_city_idx ON public.employee_absences (city_id);
CREATE INDEX employee_audit_log_city_idx ON public.employee_audit_log (city_id);
CREATE INDEX transferencias_federais_city_idx ON public.transferencias_federais (city_id);
CREATE INDEX orcamento_educacao_city_idx ON public.orcamento_educacao (city_id);
CREATE INDEX advertising_expenses_city_idx ON public.advertising_expenses (city_id);
CREATE INDEX social_media_accounts_city_idx ON public.social_media_accounts (city_id);
CREATE INDEX social_media_posts_city_idx ON public.social_media_posts (city_id);
CREATE INDEX social_media_api_keys_city_idx ON public.social_media_api_keys (city_id);
CREATE INDEX api_cache_city_idx ON public.api_cache (city_id);
CREATE INDEX notifications_city_idx ON public.notifications (city_id);
CREATE INDEX report_requests_city_idx ON public.report_requests (city_id);
