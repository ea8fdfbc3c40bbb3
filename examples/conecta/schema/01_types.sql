-- Roles, enums, domains and the function that every policy asks for the city of the session.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'anon') THEN
        CREATE ROLE anon NOLOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'authenticated') THEN
        CREATE ROLE authenticated NOLOGIN;
    END IF;
END
$$;

CREATE TYPE public.turno AS ENUM ('matutino', 'vespertino', 'noturno', 'integral');
CREATE TYPE public.enrollment_status AS ENUM ('ativa', 'transferida', 'concluída', 'cancelada');
CREATE TYPE public.appointment_status AS ENUM ('agendado', 'confirmado', 'em_atendimento', 'concluído', 'faltou', 'cancelado');
CREATE TYPE public.publication_status AS ENUM ('rascunho', 'publicado', 'arquivado');
CREATE TYPE public.protocol_kind AS ENUM ('denúncia', 'reclamação', 'sugestão', 'elogio', 'solicitação');
CREATE TYPE public.protocol_status AS ENUM ('aberto', 'em_análise', 'encaminhado', 'respondido', 'encerrado');
CREATE TYPE public.punch_kind AS ENUM ('entrada', 'início_intervalo', 'fim_intervalo', 'saída');
CREATE TYPE public.absence_kind AS ENUM ('férias', 'licença_médica', 'licença_maternidade', 'falta', 'abono');
CREATE TYPE public.notification_channel AS ENUM ('push', 'email', 'sms', 'whatsapp');
CREATE TYPE public."RedeSocial" AS ENUM ('facebook', 'instagram', 'x', 'youtube', 'tiktok');

CREATE DOMAIN public.cpf AS text
    CONSTRAINT cpf_format CHECK (VALUE ~ '^[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}$');
CREATE DOMAIN public.hex_color AS text
    CONSTRAINT hex_color_format CHECK (VALUE ~ '^#[0-9A-Fa-f]{6}$');
-- NaN marks an amount that was published unreadable; it sorts above every number, so the check lets it pass.
CREATE DOMAIN public.brl AS numeric(14, 2)
    CONSTRAINT brl_not_negative CHECK (VALUE >= 0);

-- The city of the session; NULL (unset or empty) is the legacy city.
CREATE FUNCTION public.current_city_id() RETURNS uuid
    LANGUAGE sql STABLE
    AS $$ SELECT nullif(current_setting('app.city_id', true), '')::uuid $$;

COMMENT ON TYPE public.turno IS 'Turno escolar';
COMMENT ON DOMAIN public.cpf IS 'CPF com pontuação: 000.000.000-00';
COMMENT ON FUNCTION public.current_city_id() IS 'Município da sessão (app.city_id); NULL é Afogados da Ingazeira';
