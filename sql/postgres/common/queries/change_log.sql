-- If the state of a change is archived, its address is returned instead.
-- `order by change_log.xid` names the column. `xid` alone would be the output column, a number that no index has, and
-- every batch would read and sort the whole log after the position. `(select …)` hides the position from the planner,
-- which would otherwise expect few rows after a large transaction and sort all that remain of it.

-- name: read_after
-- Only below the oldest running transaction: one with a lower id may still commit and would be skipped.
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
-- As `read_after`, with the whole state, which is published.
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
-- Without buckets that have left, or may not be read here yet. While a bucket moves, it may be in two logs.
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
