-- Which of the rollout's moments (tropeiro.snapshot_epoch) a table's rows show; NULL: the rollout did not bring them.
ALTER TABLE public.tenant_module_log ADD COLUMN IF NOT EXISTS snapshot_epoch integer;
