-- Module comunicacao: accounts, posts and keys of social networks.

CREATE TABLE public.social_media_accounts (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    city_id uuid,
    network public."RedeSocial" NOT NULL,
    handle text NOT NULL,
    display_name text,
    followers bigint DEFAULT 0 NOT NULL,
    connected_by uuid,
    settings jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.social_media_posts (
    id bigint GENERATED ALWAYS AS IDENTITY,
    city_id uuid,
    account_id uuid NOT NULL,
    news_id uuid,
    content text,
    media_urls text[] DEFAULT '{}'::text[],
    metrics jsonb,
    external_id text COLLATE "C",
    published_at timestamp with time zone,
    error text
);

CREATE TABLE public.social_media_api_keys (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    city_id uuid,
    account_id uuid NOT NULL,
    key_name text NOT NULL,
    sealed_key bytea NOT NULL,
    scopes text[] DEFAULT '{}'::text[] NOT NULL,
    expires_at timestamp with time zone DEFAULT 'infinity' NOT NULL,
    last_used_from inet,
    revoked boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
