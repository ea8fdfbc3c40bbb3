-- The generator leaves nothing of itself behind.
DROP SCHEMA conecta_gen CASCADE;
