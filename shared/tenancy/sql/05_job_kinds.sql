-- Kinds of job that compare rows, as model::is_check() has them.
CREATE FUNCTION tropeiro.is_check(p_kind text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT p_kind IN ('check_receipts', 'check_source')
$$;
