-- Under which of the rollout's snapshots (tropeiro.snapshot_epoch) a table was copied; NULL: it was not, or merged into
-- rows that were there.
ALTER TABLE public.tenant_module_log ADD COLUMN IF NOT EXISTS snapshot_epoch integer;
