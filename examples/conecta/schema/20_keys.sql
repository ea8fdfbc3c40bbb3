-- Primary keys and unique constraints. From here on the files assume that the rows are in.

ALTER TABLE public.secretarias ADD PRIMARY KEY (id);
ALTER TABLE public.profiles ADD PRIMARY KEY (id);
ALTER TABLE public.roles ADD PRIMARY KEY (id);
ALTER TABLE public.roles ADD CONSTRAINT roles_name_key UNIQUE (name);
ALTER TABLE public.user_roles ADD PRIMARY KEY (id);
ALTER TABLE public.user_roles ADD CONSTRAINT user_roles_profile_role_key UNIQUE (profile_id, role_id);

ALTER TABLE public.schools ADD PRIMARY KEY (id);
ALTER TABLE public.schools ADD CONSTRAINT schools_inep_code_key UNIQUE (inep_code);
ALTER TABLE public.students ADD PRIMARY KEY (id);
ALTER TABLE public.students ADD CONSTRAINT students_registration_key UNIQUE (registration);
ALTER TABLE public.teachers ADD PRIMARY KEY (id);
ALTER TABLE public.school_classes ADD PRIMARY KEY (id);
ALTER TABLE public.school_classes ADD CONSTRAINT school_classes_id_school_key UNIQUE (id, school_id);
ALTER TABLE public.student_enrollments ADD PRIMARY KEY (id);
ALTER TABLE public.student_enrollments ADD CONSTRAINT student_enrollments_student_year_key UNIQUE (student_id, school_year);
ALTER TABLE public.ideb_data ADD PRIMARY KEY (id);
ALTER TABLE public.ideb_data ADD CONSTRAINT ideb_data_once UNIQUE (school_id, "anoReferência", stage);
ALTER TABLE public.scheduled_assessments ADD PRIMARY KEY (id);
ALTER TABLE public.student_assessments ADD PRIMARY KEY (id);
ALTER TABLE public.student_assessments ADD CONSTRAINT student_assessments_once UNIQUE (assessment_id, student_id);

ALTER TABLE public.health_units ADD PRIMARY KEY (id);
ALTER TABLE public.health_units ADD CONSTRAINT health_units_cnes_code_key UNIQUE (cnes_code);
ALTER TABLE public.appointments ADD PRIMARY KEY (id);

ALTER TABLE public.news ADD PRIMARY KEY (id);
ALTER TABLE public.events ADD PRIMARY KEY (id);
ALTER TABLE public.stories ADD PRIMARY KEY (id);
ALTER TABLE public.campaign_banners ADD PRIMARY KEY (id);
ALTER TABLE public.gallery_albums ADD PRIMARY KEY (id);
ALTER TABLE public.live_streams ADD PRIMARY KEY (id);
ALTER TABLE public.podcasts ADD PRIMARY KEY (id);

ALTER TABLE public.ombudsman_protocols ADD PRIMARY KEY (id);
ALTER TABLE public.ombudsman_protocols ADD CONSTRAINT ombudsman_protocols_number_key UNIQUE (protocol_number);

ALTER TABLE public.employee_timeclock ADD PRIMARY KEY (id);
ALTER TABLE public.employee_absences ADD PRIMARY KEY (id);
ALTER TABLE public.employee_audit_log ADD PRIMARY KEY (id);

ALTER TABLE public.transferencias_federais ADD PRIMARY KEY (id);
ALTER TABLE public.orcamento_educacao ADD PRIMARY KEY (id);
ALTER TABLE public.advertising_expenses ADD PRIMARY KEY (id);

ALTER TABLE public.social_media_accounts ADD PRIMARY KEY (id);
ALTER TABLE public.social_media_accounts ADD CONSTRAINT social_media_accounts_handle_key UNIQUE (network, handle);
ALTER TABLE public.social_media_posts ADD PRIMARY KEY (id);
ALTER TABLE public.social_media_api_keys ADD PRIMARY KEY (id);

ALTER TABLE public.api_cache ADD PRIMARY KEY (cache_key);
ALTER TABLE public.notifications ADD PRIMARY KEY (id);
ALTER TABLE public.report_requests ADD PRIMARY KEY (id);
