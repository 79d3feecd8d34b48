-- Of an archived change the state is somewhere else; in its place comes its address.
-- `order by change_log.xid`, the column: `xid` alone is the number that is given, which no index has, and all that is
-- logged after the position would be read and sorted for every batch. `(select …)` hides the position from the planner,
-- which knows how many rows have a higher `xid`, none after one great transaction, and then sorts all that remain of it.

-- name: read_after
-- Below the oldest running transaction only: a transaction with a lower id may still commit, and would be skipped.
select
    xid::text::bigint, seq, entity, key, revision, op, changed,
    coalesce((state - 'ballots')::text, archive || '#' || archive_row),
    source, source_url, document_sha256, fetched_at, recorded_at, reason,
    overrides::text
from change_log
where (xid, seq) > ((select %(xid)s::text::xid8), (select %(seq)s::bigint)) and not moved and xid < pg_snapshot_xmin(pg_current_snapshot())
order by change_log.xid, seq
limit %(limit)s;

-- name: read_whole_after
-- The same with the whole state, which is what is published.
select
    xid::text::bigint, seq, entity, key, revision, op, changed,
    coalesce(state::text, archive || '#' || archive_row),
    source, source_url, document_sha256, fetched_at, recorded_at, reason,
    overrides::text
from change_log
where (xid, seq) > ((select %(xid)s::text::xid8), (select %(seq)s::bigint)) and not moved and xid < pg_snapshot_xmin(pg_current_snapshot())
order by change_log.xid, seq
limit %(limit)s;

-- name: read_one
select
    xid::text::bigint, seq, entity, key, revision, op, changed,
    coalesce(state::text, archive || '#' || archive_row),
    source, source_url, document_sha256, fetched_at, recorded_at, reason,
    overrides::text
from change_log
where seq = %(seq)s;

-- name: head
select xid::text::bigint, seq from change_log
where not moved and xid < pg_snapshot_xmin(pg_current_snapshot()) order by change_log.xid desc, seq desc limit 1;

-- name: lag
select count(*), coalesce(extract(epoch from now() - min(recorded_at)), 0)::float
from change_log
where (xid, seq) > (%(xid)s::text::xid8, %(seq)s) and not moved;

-- name: latest
-- Not of buckets that have left, or are not to be read here yet. While one moves, two logs may tell of it.
select distinct on (entity, key)
    xid::text::bigint, seq, entity, key, revision, op, changed,
    coalesce((state - 'ballots')::text, archive || '#' || archive_row),
    source, source_url, document_sha256, fetched_at, recorded_at, reason,
    overrides::text
from change_log as c
where not exists (select from bucket_fences as f where f.bucket = c.bucket and f.left_at is not null)
    and not exists (select from bucket_arrivals as a where a.bucket = c.bucket and a.opened_at is null)
order by entity, key, revision desc;

-- name: latest_whole
select distinct on (entity, key)
    xid::text::bigint, seq, entity, key, revision, op, changed,
    coalesce(state::text, archive || '#' || archive_row),
    source, source_url, document_sha256, fetched_at, recorded_at, reason,
    overrides::text
from change_log as c
where not exists (select from bucket_fences as f where f.bucket = c.bucket and f.left_at is not null)
    and not exists (select from bucket_arrivals as a where a.bucket = c.bucket and a.opened_at is null)
order by entity, key, revision desc;

-- name: entities
select count(*) from change_log where revision = 1;

-- name: latest_of
select distinct on (entity, key)
    xid::text::bigint, seq, entity, key, revision, op, changed,
    coalesce((state - 'ballots')::text, archive || '#' || archive_row),
    source, source_url, document_sha256, fetched_at, recorded_at, reason,
    overrides::text
from change_log
where bucket = any(%(buckets)s)
order by entity, key, revision desc;
