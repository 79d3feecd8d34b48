-- The change feed of one log. Below the oldest running transaction only: a transaction with a lower id may still commit,
-- and would be skipped. `(select …)` hides a position from the planner, as in `change_log.sql`.

-- name: page
-- Examines at most `scan` rows and returns at most `rows` of them, always with the position it has reached. An entry
-- of a bucket that came from another log has the position up to which that log must have been read before.
with scanned as materialized (
    select xid, seq, entity, key, op
    from change_log
    where (xid, seq) > ((select %(xid)s::text::xid8), (select %(seq)s::bigint)) and not moved and xid < pg_snapshot_xmin(pg_current_snapshot())
    order by xid, seq
    limit %(scan)s
),
page as (
    select seq
    from scanned
    where (%(types)s::text[] is null or entity = any(%(types)s))
        and (%(keys)s::text[] is null or key = any(%(keys)s))
        and (%(ops)s::text[] is null or op = any(%(ops)s))
        and (%(sessions)s::text[] is null or (entity = any(%(with_session)s) and split_part(key, '/', 1) = any(%(sessions)s)))
        and (%(chambers)s::text[] is null or case
            when entity = any(%(with_chamber_code)s) then split_part(key, '/', 2)
            when entity = any(%(with_chamber_letter)s)
                then case left(split_part(key, '/', 2), 1) when 'C' then 'commons' else 'senate' end
        end = any(%(chambers)s))
    order by xid, seq
    limit %(rows)s
),
last as (select xid, seq from scanned order by xid desc, seq desc limit 1)
select
    (select count(*) from scanned), (select xid::text::bigint from last), (select seq from last),
    c.xid::text::bigint, c.seq, c.entity, c.key, c.revision, c.op, c.changed,
    c.reason, c.overrides::text, c.source, c.source_url, c.document_sha256, c.fetched_at, c.recorded_at,
    a.source, a.source_identity, a.source_xid::text::bigint, a.source_seq
from (values (1)) as single (row)
left join (change_log as c join page on page.seq = c.seq) on true
left join lateral (
    select * from bucket_arrivals as b where b.bucket = c.bucket and b.after_seq < c.seq order by b.after_seq desc limit 1
) as a on true
order by c.xid, c.seq;

-- name: details
-- The states before and after each change, and the instant at which Parliament acted, from the field that `instants`
-- names for each kind. A first revision has no state before. If a state is archived, its address is returned instead of
-- the state and of the instant.
select
    c.seq,
    case when before.revision is not null then coalesce(c.state::text, c.archive || '#' || c.archive_row) end,
    coalesce(before.state::text, before.archive || '#' || before.archive_row),
    c.state ->> (%(instants)s::jsonb ->> c.entity),
    case when %(instants)s::jsonb ->> c.entity is not null then c.archive || '#' || c.archive_row end
from change_log as c
left join change_log as before
    on before.entity = c.entity and before.key = c.key and before.revision = c.revision - 1
where c.seq = any(%(seqs)s);

-- name: candidates
-- Changes that may be corrections, newest first: a field changed that Parliament rarely changes.
select
    c.xid::text::bigint, c.entity, c.key, c.revision, c.op, c.changed,
    c.reason, c.overrides::text, c.source, c.source_url, c.document_sha256, c.fetched_at, c.recorded_at,
    c.seq, coalesce(c.state::text, c.archive || '#' || c.archive_row),
    coalesce(before.state::text, before.archive || '#' || before.archive_row),
    c.state ->> (%(instants)s::jsonb ->> c.entity),
    case when %(instants)s::jsonb ->> c.entity is not null then c.archive || '#' || c.archive_row end
from change_log as c
join change_log as before
    on before.entity = c.entity and before.key = c.key and before.revision = c.revision - 1
where c.op = 'updated' and not c.moved and c.source <> 'override' and c.entity = any(%(types)s) and c.changed && %(fields)s::text[]
    and (c.xid, c.seq) < ((select %(xid)s::text::xid8), (select %(seq)s::bigint)) and c.xid < pg_snapshot_xmin(pg_current_snapshot())
order by c.xid desc, c.seq desc
limit %(rows)s;

-- name: head
-- The last change that may be read now.
select xid::text::bigint, seq from change_log
where not moved and xid < pg_snapshot_xmin(pg_current_snapshot()) order by change_log.xid desc, seq desc limit 1;
