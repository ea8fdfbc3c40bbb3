-- $1 job. Why a claim was not ratified.
SELECT state, claim_seq FROM tropeiro.job WHERE id = $1
