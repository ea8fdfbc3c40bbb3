-- Module saude: health units and appointments.

CREATE TABLE public.health_units (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    city_id uuid,
    secretaria_id uuid,
    name text NOT NULL,
    cnes_code character(8) COLLATE "C" NOT NULL,
    kind text NOT NULL CONSTRAINT health_units_kind_known CHECK (kind IN ('ubs', 'upa', 'hospital', 'caps', 'policlínica')),
    specialties text[] DEFAULT '{}'::text[] NOT NULL,
    address jsonb,
    location point,
    opens_at time without time zone,
    open_24h boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.appointments (
    id bigint GENERATED ALWAYS AS IDENTITY,
    city_id uuid,
    health_unit_id uuid NOT NULL,
    patient_id uuid,
    patient_name text NOT NULL,
    patient_cpf public.cpf,
    specialty text NOT NULL,
    status public.appointment_status DEFAULT 'agendado' NOT NULL,
    priority smallint DEFAULT 0 NOT NULL CONSTRAINT appointments_priority_range CHECK (priority BETWEEN 0 AND 4),
    scheduled_at timestamp with time zone NOT NULL,
    expected_duration interval,
    symptoms text[],
    triage jsonb,
    notes text,
    requested_from inet,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);
