-- A CRM in one database: what belongs to the application (tenants, users, audit_log) and the business data of its
-- tenants, thirteen tables. Junctions and details have no tenant_id: they belong to whom their keys lead to.

CREATE TABLE public.tenants (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    slug text NOT NULL UNIQUE,
    name text NOT NULL,
    db_url text,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE public.users (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid REFERENCES public.tenants,
    email text NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE public.audit_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id uuid REFERENCES public.users,
    what text NOT NULL,
    happened_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE public.accounts (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid NOT NULL REFERENCES public.tenants,
    name text NOT NULL,
    account_type text,
    industry text,
    website text,
    phone text,
    email text,
    status text NOT NULL DEFAULT 'active',
    rating int,
    annual_revenue numeric(14,2),
    employees int,
    description text,
    parent_account_id uuid REFERENCES public.accounts,
    billing_street text,
    billing_city text,
    billing_state text,
    billing_zip text,
    billing_country text,
    shipping_street text,
    shipping_city text,
    shipping_state text,
    shipping_zip text,
    shipping_country text,
    owner_id uuid,
    source text,
    tags text[],
    custom jsonb,
    last_activity_at timestamptz,
    is_active boolean NOT NULL DEFAULT true,
    tax_number text,
    created_by uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE public.contacts (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid NOT NULL REFERENCES public.tenants,
    first_name text,
    last_name text NOT NULL,
    email text,
    phone text,
    mobile text,
    title text,
    department text,
    address jsonb,
    birthday date,
    preferred_contact text,
    notes text,
    is_primary boolean NOT NULL DEFAULT false,
    owner_id uuid,
    tags text[],
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE public.contact_accounts (
    contact_id uuid NOT NULL REFERENCES public.contacts ON DELETE CASCADE,
    account_id uuid NOT NULL REFERENCES public.accounts ON DELETE CASCADE,
    role text,
    PRIMARY KEY (contact_id, account_id)
);
CREATE TABLE public.opportunities (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid NOT NULL REFERENCES public.tenants,
    name text NOT NULL,
    account_id uuid REFERENCES public.accounts,
    contact_id uuid REFERENCES public.contacts,
    stage text NOT NULL,
    amount numeric(14,2),
    currency char(3),
    probability int CHECK (probability BETWEEN 0 AND 100),
    expected_revenue numeric(14,2) GENERATED ALWAYS AS (amount * probability / 100) STORED,
    close_date date,
    opportunity_type text,
    lead_source text,
    next_step text,
    description text,
    owner_id uuid,
    campaign text,
    competitor text,
    loss_reason text,
    is_closed boolean NOT NULL DEFAULT false,
    is_won boolean,
    forecast text,
    contract_sent boolean NOT NULL DEFAULT false,
    contract_signed boolean NOT NULL DEFAULT false,
    proposal_sent boolean NOT NULL DEFAULT false,
    proposal jsonb,
    tags text[],
    created_by uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE public.leads (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid NOT NULL REFERENCES public.tenants,
    name text NOT NULL,
    company text,
    email text,
    phone text,
    status text NOT NULL DEFAULT 'new',
    score int,
    converted_at timestamptz,
    converted_account_id uuid REFERENCES public.accounts,
    converted_contact_id uuid REFERENCES public.contacts,
    converted_opportunity_id uuid REFERENCES public.opportunities,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE public.opportunity_line_items (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    opportunity_id uuid NOT NULL REFERENCES public.opportunities ON DELETE CASCADE,
    position int NOT NULL,
    name text NOT NULL,
    quantity numeric(10,2) NOT NULL,
    unit_price numeric(14,2) NOT NULL,
    total numeric(24,4) GENERATED ALWAYS AS (quantity * unit_price) STORED,
    UNIQUE (opportunity_id, position)
);
CREATE TABLE public.locations (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid NOT NULL REFERENCES public.tenants,
    name text NOT NULL,
    street text,
    city text,
    state text,
    zip text,
    country text,
    phone text,
    capacity int,
    latitude double precision,
    longitude double precision,
    notes text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE public.events (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid NOT NULL REFERENCES public.tenants,
    name text NOT NULL,
    event_type text,
    status text NOT NULL DEFAULT 'planned',
    account_id uuid REFERENCES public.accounts,
    contact_id uuid REFERENCES public.contacts,
    opportunity_id uuid REFERENCES public.opportunities,
    location_id uuid REFERENCES public.locations,
    owner_id uuid,
    planner_id uuid,
    starts_on date,
    ends_on date,
    doors_open time,
    guest_count int,
    guest_count_final int,
    theme text,
    dress_code text,
    budget numeric(14,2),
    price numeric(14,2),
    deposit numeric(14,2),
    balance numeric(14,2),
    discount numeric(5,2),
    tax_rate numeric(6,4),
    currency char(3) DEFAULT 'USD',
    payment_terms text,
    cancellation_terms text,
    description text,
    internal_notes text,
    setup_notes text,
    menu jsonb,
    timeline jsonb,
    vendors jsonb,
    floor_plan text[],
    tags text[],
    has_contract boolean NOT NULL DEFAULT false,
    contract_signed boolean NOT NULL DEFAULT false,
    deposit_required boolean NOT NULL DEFAULT false,
    deposit_received boolean NOT NULL DEFAULT false,
    balance_received boolean NOT NULL DEFAULT false,
    invoice_sent boolean NOT NULL DEFAULT false,
    timeline_sent boolean NOT NULL DEFAULT false,
    timeline_approved boolean NOT NULL DEFAULT false,
    floor_plan_received boolean NOT NULL DEFAULT false,
    floor_plan_approved boolean NOT NULL DEFAULT false,
    vendor_list_sent boolean NOT NULL DEFAULT false,
    vendor_list_confirmed boolean NOT NULL DEFAULT false,
    music_selected boolean NOT NULL DEFAULT false,
    ceremony_planned boolean NOT NULL DEFAULT false,
    reception_planned boolean NOT NULL DEFAULT false,
    photographer_booked boolean NOT NULL DEFAULT false,
    videographer_booked boolean NOT NULL DEFAULT false,
    catering_booked boolean NOT NULL DEFAULT false,
    rentals_booked boolean NOT NULL DEFAULT false,
    staff_assigned boolean NOT NULL DEFAULT false,
    staff_confirmed boolean NOT NULL DEFAULT false,
    equipment_reserved boolean NOT NULL DEFAULT false,
    equipment_checked boolean NOT NULL DEFAULT false,
    equipment_loaded boolean NOT NULL DEFAULT false,
    equipment_returned boolean NOT NULL DEFAULT false,
    travel_booked boolean NOT NULL DEFAULT false,
    parking_arranged boolean NOT NULL DEFAULT false,
    permit_required boolean NOT NULL DEFAULT false,
    permit_received boolean NOT NULL DEFAULT false,
    insurance_sent boolean NOT NULL DEFAULT false,
    insurance_accepted boolean NOT NULL DEFAULT false,
    survey_sent boolean NOT NULL DEFAULT false,
    survey_answered boolean NOT NULL DEFAULT false,
    review_requested boolean NOT NULL DEFAULT false,
    colour text,
    created_by uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE public.event_dates (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    event_id uuid NOT NULL REFERENCES public.events ON DELETE CASCADE,
    location_id uuid REFERENCES public.locations,
    happens_on date NOT NULL,
    starts_at time,
    ends_at time,
    note text
);
CREATE TABLE public.tasks (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid NOT NULL REFERENCES public.tenants,
    title text NOT NULL,
    status text NOT NULL DEFAULT 'open',
    due_at timestamptz,
    account_id uuid REFERENCES public.accounts,
    event_id uuid REFERENCES public.events,
    owner_id uuid,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE public.notes (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid NOT NULL REFERENCES public.tenants,
    body text NOT NULL,
    account_id uuid REFERENCES public.accounts,
    contact_id uuid REFERENCES public.contacts,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE public.attachments (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid NOT NULL REFERENCES public.tenants,
    name text NOT NULL,
    storage_path text NOT NULL UNIQUE,
    size_bytes bigint,
    digest bytea,
    event_id uuid REFERENCES public.events,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE public.communications (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid NOT NULL REFERENCES public.tenants,
    channel text NOT NULL,
    direction text NOT NULL,
    subject text,
    body text,
    contact_id uuid REFERENCES public.contacts,
    sent_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX accounts_by_name ON public.accounts (lower(name));
CREATE INDEX contacts_by_last_name ON public.contacts (lower(last_name));
CREATE INDEX opportunities_by_stage ON public.opportunities (stage);
CREATE INDEX events_by_starts_on ON public.events (starts_on);
CREATE INDEX tasks_by_due_at ON public.tasks (due_at);
CREATE INDEX events_tags ON public.events USING gin (tags);

ALTER TABLE public.accounts ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON public.accounts USING (tenant_id = current_setting('app.tenant_id', true)::uuid);
ALTER TABLE public.contacts ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON public.contacts USING (tenant_id = current_setting('app.tenant_id', true)::uuid);
ALTER TABLE public.leads ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON public.leads USING (tenant_id = current_setting('app.tenant_id', true)::uuid);
ALTER TABLE public.opportunities ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON public.opportunities USING (tenant_id = current_setting('app.tenant_id', true)::uuid);
ALTER TABLE public.locations ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON public.locations USING (tenant_id = current_setting('app.tenant_id', true)::uuid);
ALTER TABLE public.events ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON public.events USING (tenant_id = current_setting('app.tenant_id', true)::uuid);
ALTER TABLE public.tasks ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON public.tasks USING (tenant_id = current_setting('app.tenant_id', true)::uuid);
ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON public.notes USING (tenant_id = current_setting('app.tenant_id', true)::uuid);
ALTER TABLE public.attachments ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON public.attachments USING (tenant_id = current_setting('app.tenant_id', true)::uuid);
ALTER TABLE public.communications ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON public.communications USING (tenant_id = current_setting('app.tenant_id', true)::uuid);
