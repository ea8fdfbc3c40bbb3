-- Module rh: timeclock, absences and their audit trail. Employees are profiles of the control plane.

CREATE TABLE public.employee_timeclock (
    id bigint GENERATED ALWAYS AS IDENTITY,
    city_id uuid,
    employee_id uuid NOT NULL,
    secretaria_id uuid,
    punched_at timestamp with time zone NOT NULL,
    kind public.punch_kind NOT NULL,
    source text DEFAULT 'app' NOT NULL,
    ip inet,
    device text,
    latitude double precision,
    longitude double precision,
    photo_digest bytea CONSTRAINT employee_timeclock_digest_length CHECK (octet_length(photo_digest) = 16),
    approved boolean,
    note text
) WITH (autovacuum_vacuum_scale_factor = 0.02);

CREATE TABLE public.employee_absences (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    city_id uuid,
    employee_id uuid NOT NULL,
    approved_by uuid,
    kind public.absence_kind NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    days integer GENERATED ALWAYS AS (ends_on - starts_on + 1) STORED,
    reason text,
    certificate bytea,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT employee_absences_dates CHECK (ends_on >= starts_on)
);

CREATE TABLE public.employee_audit_log (
    id bigint GENERATED ALWAYS AS IDENTITY,
    city_id uuid,
    employee_id uuid,
    actor_id uuid,
    action text NOT NULL,
    table_name text NOT NULL,
    old_row jsonb,
    new_row jsonb,
    ip inet,
    user_agent text,
    occurred_at timestamp with time zone DEFAULT now() NOT NULL
);
