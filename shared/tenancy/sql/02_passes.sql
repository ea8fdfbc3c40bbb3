-- Copy jobs of several cities that read the source together.
ALTER TABLE tropeiro.job ADD COLUMN pass bigint NOT NULL DEFAULT 0; -- equal within a rollout: one reading; 0: alone
