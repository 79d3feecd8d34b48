-- name: read_after
-- Below the oldest running transaction only: a transaction with a lower id may still commit, and would be skipped.
select
    xid::text::bigint, seq, entity, key, revision, op, changed, (state - 'ballots')::text,
    source, source_url, document_sha256, fetched_at, recorded_at, reason
from change_log
where (xid, seq) > (%(xid)s::text::xid8, %(seq)s) and xid < pg_snapshot_xmin(pg_current_snapshot())
order by xid, seq
limit %(limit)s;

-- name: read_whole_after
-- The same with the whole state, which is what is published.
select
    xid::text::bigint, seq, entity, key, revision, op, changed, state::text,
    source, source_url, document_sha256, fetched_at, recorded_at, reason
from change_log
where (xid, seq) > (%(xid)s::text::xid8, %(seq)s) and xid < pg_snapshot_xmin(pg_current_snapshot())
order by xid, seq
limit %(limit)s;

-- name: read_one
select
    xid::text::bigint, seq, entity, key, revision, op, changed, state::text,
    source, source_url, document_sha256, fetched_at, recorded_at, reason
from change_log
where seq = %(seq)s;

-- name: head
select xid::text::bigint, seq from change_log
where xid < pg_snapshot_xmin(pg_current_snapshot()) order by xid desc, seq desc limit 1;

-- name: lag
select count(*), coalesce(extract(epoch from now() - min(recorded_at)), 0)::float
from change_log
where (xid, seq) > (%(xid)s::text::xid8, %(seq)s);

-- name: latest
select distinct on (entity, key)
    xid::text::bigint, seq, entity, key, revision, op, changed, (state - 'ballots')::text,
    source, source_url, document_sha256, fetched_at, recorded_at, reason
from change_log
order by entity, key, revision desc;

-- name: latest_whole
select distinct on (entity, key)
    xid::text::bigint, seq, entity, key, revision, op, changed, state::text,
    source, source_url, document_sha256, fetched_at, recorded_at, reason
from change_log
order by entity, key, revision desc;

-- name: entities
select count(*) from change_log where revision = 1;
