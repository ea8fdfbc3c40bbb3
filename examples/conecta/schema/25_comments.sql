-- Comments, in the language of the people who read them.

COMMENT ON TABLE public.cities IS 'Municípios atendidos pela plataforma';
COMMENT ON COLUMN public.cities.db_url IS 'Endereço do banco do município; vazio enquanto os dados estão aqui';
COMMENT ON TABLE public.schools IS 'Escolas da rede pública';
COMMENT ON COLUMN public.schools.inep_code IS 'Código INEP, 8 dígitos';
COMMENT ON TABLE public.students IS 'Alunos — dados pessoais, LGPD art. 14';
COMMENT ON COLUMN public.students.city_id IS 'NULL: Afogados da Ingazeira, o primeiro município';
COMMENT ON COLUMN public.students.social_name IS 'Nome social, quando informado pela família';
COMMENT ON TABLE public.ideb_data IS 'Índice de Desenvolvimento da Educação Básica';
COMMENT ON COLUMN public.ideb_data."anoReferência" IS 'Ano de referência (bienal, desde 2005)';
COMMENT ON INDEX public."Idx_IDEB_anoReferência" IS 'Painel do IDEB: "ano" mais recente primeiro';
COMMENT ON TABLE public.appointments IS 'Consultas e exames agendados nas unidades de saúde';
COMMENT ON COLUMN public.appointments.priority IS 'Classificação de risco: 0 (azul) a 4 (vermelho)';
COMMENT ON TABLE public.news IS E'Notícias do portal\nO corpo é HTML; ''resumo'' é texto puro';
COMMENT ON COLUMN public.news.search IS 'Gerada: título e resumo, dicionário português';
COMMENT ON TABLE public.ombudsman_protocols IS 'Protocolos da ouvidoria: denúncia, reclamação, sugestão, elogio, solicitação';
COMMENT ON CONSTRAINT ombudsman_protocols_follows_fkey ON public.ombudsman_protocols IS 'Continuação de um protocolo anterior';
COMMENT ON TRIGGER ombudsman_protocols_number ON public.ombudsman_protocols IS 'Numeração automática do protocolo';
COMMENT ON TABLE public.employee_timeclock IS 'Ponto eletrônico dos servidores ⏱';
COMMENT ON TABLE public.transferencias_federais IS 'Repasses da União; NaN: valor publicado ilegível na origem';
COMMENT ON POLICY city_isolation ON public.students IS 'Cada sessão vê somente o seu município';
COMMENT ON TABLE public.social_media_api_keys IS 'Chaves cifradas das redes sociais; nunca em texto claro';
