-- Module infraestrutura: response cache, notifications, report requests.

CREATE TABLE public.api_cache (
    cache_key text COLLATE "C" NOT NULL,
    city_id uuid,
    payload jsonb,
    body bytea,
    etag text,
    hits integer DEFAULT 0 NOT NULL,
    expires_at timestamp with time zone NOT NULL
);
ALTER TABLE public.api_cache ALTER COLUMN body SET STORAGE EXTERNAL;

CREATE TABLE public.notifications (
    id bigint GENERATED ALWAYS AS IDENTITY,
    city_id uuid,
    profile_id uuid NOT NULL,
    channel public.notification_channel DEFAULT 'push' NOT NULL,
    title text NOT NULL,
    body text,
    data jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    sent_at timestamp with time zone,
    read_at timestamp with time zone
) WITH (fillfactor = 90);

CREATE TABLE public.report_requests (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    city_id uuid,
    requested_by uuid,
    report text NOT NULL,
    format text DEFAULT 'pdf' NOT NULL CONSTRAINT report_requests_format_known CHECK (format IN ('pdf', 'csv', 'xlsx')),
    parameters jsonb DEFAULT '{}'::jsonb NOT NULL,
    status text DEFAULT 'pending' NOT NULL,
    result bytea,
    error text,
    requested_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone
);
