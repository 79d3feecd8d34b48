-- name: closed
select key from sessions where closed_on is not null;

-- name: rows_of_session
-- Which rows of a session a list has now, as a number that depends on each; the version that last changed any, or the
-- oldest that is kept if that is newer; and when that was made.
select
    count(*) filter (where live_to is null),
    coalesce(bit_xor(hashtextextended(key || '@' || revision, 0)) filter (where live_to is null), 0),
    v.version,
    v.made_at
from {table} cross join lateral (
    select version, made_at from list_versions
    where version >= (
        select coalesce(max(greatest(live_from, coalesce(live_to, 0))), 0) from {table} where session = %(session)s)
    order by version limit 1) as v
where session = %(session)s
group by v.version, v.made_at;
