-- Row level security and grants. Five tables of open data and cache go without:
-- ideb_data, transferencias_federais, orcamento_educacao, advertising_expenses, api_cache.

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY[
        'schools', 'students', 'teachers', 'school_classes', 'student_enrollments', 'scheduled_assessments',
        'student_assessments', 'health_units', 'appointments', 'news', 'events', 'stories', 'campaign_banners',
        'gallery_albums', 'live_streams', 'podcasts', 'ombudsman_protocols', 'employee_timeclock', 'employee_absences',
        'employee_audit_log', 'social_media_accounts', 'social_media_posts', 'social_media_api_keys', 'notifications',
        'report_requests']
    LOOP
        EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY city_isolation ON public.%I USING (city_id IS NOT DISTINCT FROM public.current_city_id())', t);
    END LOOP;
END
$$;

-- Keys stay closed even to the owner of the table.
ALTER TABLE public.social_media_api_keys FORCE ROW LEVEL SECURITY;

-- Policies that spell the setting out, as the application first wrote them; the legacy city has none.
CREATE POLICY students_of_my_city ON public.students FOR SELECT TO authenticated
    USING (city_id = (NULLIF(current_setting('app.city_id', true), ''))::uuid);
CREATE POLICY appointments_of_my_city ON public.appointments FOR ALL TO authenticated
    USING (city_id = (NULLIF(current_setting('app.city_id', true), ''))::uuid)
    WITH CHECK (city_id = (NULLIF(current_setting('app.city_id', true), ''))::uuid);
CREATE POLICY "Notícias publicadas são públicas" ON public.news FOR SELECT TO anon, authenticated
    USING (status = 'publicado' AND published_at <= now());
CREATE POLICY protocols_never_deleted ON public.ombudsman_protocols AS RESTRICTIVE FOR DELETE TO PUBLIC
    USING (false);

GRANT USAGE ON SCHEMA public TO anon, authenticated;
GRANT SELECT ON public.news, public.events, public.stories, public.campaign_banners, public.gallery_albums,
    public.live_streams, public.podcasts, public.ideb_data, public.transferencias_federais,
    public.orcamento_educacao, public.advertising_expenses TO anon, authenticated;
GRANT SELECT ON public.cities TO anon, authenticated;
GRANT SELECT ON public.schools, public.students, public.health_units TO authenticated;
GRANT SELECT, INSERT, UPDATE ON public.appointments, public.ombudsman_protocols, public.notifications TO authenticated;
GRANT SELECT (id, city_id, network, handle, display_name) ON public.social_media_accounts TO authenticated;
GRANT USAGE ON SEQUENCE public.ombudsman_protocol_number_seq TO authenticated;
REVOKE EXECUTE ON FUNCTION public.log_absence() FROM PUBLIC;
