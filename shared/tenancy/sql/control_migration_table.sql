-- Where the control schema keeps account of its own migrations. Runs first, each time; idempotent.
CREATE SCHEMA IF NOT EXISTS tropeiro;
CREATE TABLE IF NOT EXISTS tropeiro.control_migration (
    version    integer PRIMARY KEY,
    name       text NOT NULL,
    checksum   text NOT NULL,               -- SHA-256 of the migration's text
    applied_at timestamptz NOT NULL DEFAULT now()
);
