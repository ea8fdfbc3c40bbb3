-- What stands before a schema step, kept until its transaction ends; note_made.sql compares.
SET LOCAL search_path = pg_catalog;
CREATE TEMP TABLE tropeiro_before ON COMMIT DROP AS SELECT * FROM tropeiro.standing_object;
SET LOCAL search_path TO DEFAULT
