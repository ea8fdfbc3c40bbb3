-- Foreign keys. They form no loop; one table refers to itself, two keys cross modules.

-- Inside the control plane.
ALTER TABLE public.secretarias ADD FOREIGN KEY (city_id) REFERENCES public.cities (id);
ALTER TABLE public.profiles
    ADD FOREIGN KEY (city_id) REFERENCES public.cities (id),
    ADD FOREIGN KEY (secretaria_id) REFERENCES public.secretarias (id) ON DELETE SET NULL;
ALTER TABLE public.user_roles
    ADD FOREIGN KEY (city_id) REFERENCES public.cities (id),
    ADD FOREIGN KEY (profile_id) REFERENCES public.profiles (id) ON DELETE CASCADE,
    ADD FOREIGN KEY (role_id) REFERENCES public.roles (id);

-- educacao
ALTER TABLE public.schools
    ADD FOREIGN KEY (city_id) REFERENCES public.cities (id),
    ADD FOREIGN KEY (secretaria_id) REFERENCES public.secretarias (id);
ALTER TABLE public.students
    ADD FOREIGN KEY (city_id) REFERENCES public.cities (id),
    ADD FOREIGN KEY (school_id) REFERENCES public.schools (id);
ALTER TABLE public.teachers
    ADD FOREIGN KEY (city_id) REFERENCES public.cities (id),
    ADD FOREIGN KEY (school_id) REFERENCES public.schools (id),
    ADD FOREIGN KEY (profile_id) REFERENCES public.profiles (id) ON DELETE SET NULL;
ALTER TABLE public.school_classes
    ADD FOREIGN KEY (city_id) REFERENCES public.cities (id),
    ADD FOREIGN KEY (school_id) REFERENCES public.schools (id),
    ADD FOREIGN KEY (teacher_id) REFERENCES public.teachers (id) ON DELETE SET NULL;
ALTER TABLE public.student_enrollments
    ADD FOREIGN KEY (city_id) REFERENCES public.cities (id),
    ADD FOREIGN KEY (student_id) REFERENCES public.students (id) ON DELETE CASCADE,
    ADD CONSTRAINT student_enrollments_class_of_school_fkey
        FOREIGN KEY (school_class_id, school_id) REFERENCES public.school_classes (id, school_id) ON UPDATE CASCADE;
ALTER TABLE public.ideb_data
    ADD FOREIGN KEY (city_id) REFERENCES public.cities (id),
    ADD FOREIGN KEY (school_id) REFERENCES public.schools (id);
ALTER TABLE public.scheduled_assessments
    ADD FOREIGN KEY (city_id) REFERENCES public.cities (id),
    ADD FOREIGN KEY (school_class_id) REFERENCES public.school_classes (id),
    ADD FOREIGN KEY (teacher_id) REFERENCES public.teachers (id) ON DELETE SET NULL;
ALTER TABLE public.student_assessments
    ADD FOREIGN KEY (city_id) REFERENCES public.cities (id),
    ADD FOREIGN KEY (assessment_id) REFERENCES public.scheduled_assessments (id) ON DELETE CASCADE,
    ADD FOREIGN KEY (student_id) REFERENCES public.students (id) ON DELETE CASCADE,
    ADD FOREIGN KEY (graded_by) REFERENCES public.profiles (id) ON DELETE SET NULL;

-- saude
ALTER TABLE public.health_units
    ADD FOREIGN KEY (city_id) REFERENCES public.cities (id),
    ADD FOREIGN KEY (secretaria_id) REFERENCES public.secretarias (id);
ALTER TABLE public.appointments
    ADD FOREIGN KEY (city_id) REFERENCES public.cities (id),
    ADD FOREIGN KEY (health_unit_id) REFERENCES public.health_units (id),
    ADD FOREIGN KEY (patient_id) REFERENCES public.profiles (id) ON DELETE SET NULL;

-- conteudo
ALTER TABLE public.news
    ADD FOREIGN KEY (city_id) REFERENCES public.cities (id),
    ADD FOREIGN KEY (author_id) REFERENCES public.profiles (id) ON DELETE SET NULL,
    ADD FOREIGN KEY (secretaria_id) REFERENCES public.secretarias (id);
ALTER TABLE public.events
    ADD FOREIGN KEY (city_id) REFERENCES public.cities (id),
    ADD FOREIGN KEY (organizer_id) REFERENCES public.profiles (id) ON DELETE SET NULL;
ALTER TABLE public.stories
    ADD FOREIGN KEY (city_id) REFERENCES public.cities (id),
    ADD FOREIGN KEY (author_id) REFERENCES public.profiles (id) ON DELETE SET NULL,
    ADD FOREIGN KEY (news_id) REFERENCES public.news (id) ON DELETE CASCADE;
ALTER TABLE public.campaign_banners ADD FOREIGN KEY (city_id) REFERENCES public.cities (id);
ALTER TABLE public.gallery_albums
    ADD FOREIGN KEY (city_id) REFERENCES public.cities (id),
    ADD FOREIGN KEY (event_id) REFERENCES public.events (id) ON DELETE SET NULL;
ALTER TABLE public.live_streams
    ADD FOREIGN KEY (city_id) REFERENCES public.cities (id),
    ADD FOREIGN KEY (event_id) REFERENCES public.events (id) ON DELETE SET NULL;
ALTER TABLE public.podcasts
    ADD FOREIGN KEY (city_id) REFERENCES public.cities (id),
    ADD FOREIGN KEY (host_id) REFERENCES public.profiles (id) ON DELETE SET NULL;

-- ouvidoria
ALTER TABLE public.ombudsman_protocols
    ADD FOREIGN KEY (city_id) REFERENCES public.cities (id),
    ADD FOREIGN KEY (secretaria_id) REFERENCES public.secretarias (id),
    ADD FOREIGN KEY (requester_id) REFERENCES public.profiles (id) ON DELETE SET NULL,
    ADD CONSTRAINT ombudsman_protocols_follows_fkey
        FOREIGN KEY (follows_id) REFERENCES public.ombudsman_protocols (id) DEFERRABLE INITIALLY DEFERRED;

-- rh
ALTER TABLE public.employee_timeclock
    ADD FOREIGN KEY (city_id) REFERENCES public.cities (id),
    ADD FOREIGN KEY (employee_id) REFERENCES public.profiles (id),
    ADD FOREIGN KEY (secretaria_id) REFERENCES public.secretarias (id);
ALTER TABLE public.employee_absences
    ADD FOREIGN KEY (city_id) REFERENCES public.cities (id),
    ADD FOREIGN KEY (employee_id) REFERENCES public.profiles (id),
    ADD FOREIGN KEY (approved_by) REFERENCES public.profiles (id) ON DELETE SET NULL;
ALTER TABLE public.employee_audit_log
    ADD FOREIGN KEY (city_id) REFERENCES public.cities (id),
    ADD FOREIGN KEY (employee_id) REFERENCES public.profiles (id),
    ADD FOREIGN KEY (actor_id) REFERENCES public.profiles (id) ON DELETE SET NULL;

-- transparencia; advertising_expenses reaches into conteudo
ALTER TABLE public.transferencias_federais ADD FOREIGN KEY (city_id) REFERENCES public.cities (id);
ALTER TABLE public.orcamento_educacao
    ADD FOREIGN KEY (city_id) REFERENCES public.cities (id),
    ADD FOREIGN KEY (secretaria_id) REFERENCES public.secretarias (id);
ALTER TABLE public.advertising_expenses
    ADD FOREIGN KEY (city_id) REFERENCES public.cities (id),
    ADD FOREIGN KEY (secretaria_id) REFERENCES public.secretarias (id),
    ADD FOREIGN KEY (campaign_banner_id) REFERENCES public.campaign_banners (id) ON DELETE SET NULL;

-- comunicacao; social_media_posts reaches into conteudo
ALTER TABLE public.social_media_accounts
    ADD FOREIGN KEY (city_id) REFERENCES public.cities (id),
    ADD FOREIGN KEY (connected_by) REFERENCES public.profiles (id) ON DELETE SET NULL;
ALTER TABLE public.social_media_posts
    ADD FOREIGN KEY (city_id) REFERENCES public.cities (id),
    ADD FOREIGN KEY (account_id) REFERENCES public.social_media_accounts (id) ON DELETE CASCADE,
    ADD FOREIGN KEY (news_id) REFERENCES public.news (id) ON DELETE SET NULL;
ALTER TABLE public.social_media_api_keys
    ADD FOREIGN KEY (city_id) REFERENCES public.cities (id),
    ADD FOREIGN KEY (account_id) REFERENCES public.social_media_accounts (id) ON DELETE CASCADE;

-- infraestrutura
ALTER TABLE public.api_cache ADD FOREIGN KEY (city_id) REFERENCES public.cities (id);
ALTER TABLE public.notifications
    ADD FOREIGN KEY (city_id) REFERENCES public.cities (id),
    ADD FOREIGN KEY (profile_id) REFERENCES public.profiles (id) ON DELETE CASCADE;
ALTER TABLE public.report_requests
    ADD FOREIGN KEY (city_id) REFERENCES public.cities (id),
    ADD FOREIGN KEY (requested_by) REFERENCES public.profiles (id) ON DELETE SET NULL;
