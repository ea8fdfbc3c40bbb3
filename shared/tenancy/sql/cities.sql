-- The control plane's table of cities, where an application has none yet. {cities}: its quoted name.
CREATE TABLE {cities} (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name            text NOT NULL,
    slug            text NOT NULL UNIQUE,
    logo_url        text,
    primary_color   text,
    secondary_color text,
    accent_color    text,
    db_url          text
);
