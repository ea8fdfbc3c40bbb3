-- Whether a database with this locale can be made here. $1 collate, $2 ctype. Spellings like en_US.utf8 and
-- en_US.UTF-8 are one.
WITH known AS (
    SELECT collcollate AS name FROM pg_catalog.pg_collation WHERE collprovider = 'c'
    UNION SELECT datcollate FROM pg_catalog.pg_database
    UNION SELECT datctype FROM pg_catalog.pg_database
    UNION VALUES ('C'), ('POSIX')
), spelled AS (
    SELECT lower(replace(name, '-', '')) AS name FROM known
)
SELECT lower(replace($1::text, '-', '')) IN (SELECT name FROM spelled)
   AND lower(replace($2::text, '-', '')) IN (SELECT name FROM spelled)
