-- Archives old changes. Months are in UTC. The tombstone of an entity that is withdrawn now keeps its state: it is the
-- only one in this database, and storing the entity again compares with it.

-- name: try_archive
-- One archiver in each database, for as long as its session lasts.
select pg_try_advisory_lock(hashtext('openpolicy.archive'));

-- name: months
-- The months before an instant that have states, their number, and the last position that readers of the log must have
-- passed. Entries moved here from another database are read there.
select
    month, count(*),
    coalesce((array_agg(xid::text::bigint order by xid desc, seq desc) filter (where not moved))[1], 0),
    coalesce((array_agg(seq order by xid desc, seq desc) filter (where not moved))[1], 0)
from (
    select date_trunc('month', recorded_at at time zone 'UTC')::date as month, xid, seq, moved
    from change_log as c where state is not null and recorded_at < %(before)s
        and not exists (
            select from withdrawals as w where (w.entity, w.key, w.revision) = (c.entity, c.key, c.revision))
) as rows
group by month order by month;

-- name: export
-- The columns of warehouse/objects/log_files.py, in the order of the log.
select
    seq, xid::text::bigint, bucket, entity, key, revision, op, changed,
    (state - 'ballots')::text, case when state ? 'ballots' then state::text end,
    hashtextextended(key || '@' || revision || state::text, 0),
    source, source_url, document_sha256, fetched_at, recorded_at, reason, overrides::text
from change_log as c
where state is not null and recorded_at >= %(first)s and recorded_at < %(end)s
    and not exists (select from withdrawals as w where (w.entity, w.key, w.revision) = (c.entity, c.key, c.revision))
order by c.xid, seq
limit %(rows)s;

-- name: thin
-- Only rows that have not changed since they were exported.
update change_log as c
set state = null, archive = %(name)s, archive_row = w.number - 1, state_hash = w.hash
from unnest(%(seqs)s::bigint[], %(hashes)s::bigint[]) with ordinality as w (seq, hash, number)
where c.seq = w.seq and c.recorded_at >= %(first)s and c.recorded_at < %(end)s
    and c.state is not null and hashtextextended(c.key || '@' || c.revision || c.state::text, 0) = w.hash;

-- name: register
insert into change_log_archives (name, month, rows, bytes, sha256, first_seq, last_seq)
values (%(name)s, %(first)s::date, %(rows)s, %(bytes)s, %(sha256)s, %(first_seq)s, %(last_seq)s)
on conflict (name) do update set archived_at = now(), compacted_at = null;

-- name: uncompacted
-- Partitions that still occupy the space of archived states.
select distinct partition.table_name
from change_log_archives as a
cross join lateral (
    select distinct tableoid::regclass::text as table_name from change_log
    where recorded_at >= a.month::timestamp at time zone 'UTC'
        and recorded_at < (a.month + interval '1 month') at time zone 'UTC'
) as partition
where a.compacted_at is null
order by 1;

-- name: compacted
update change_log_archives set compacted_at = now() where compacted_at is null;

-- name: list
-- Each month of a log: its changes, how many are archived, the size of its table, and its objects.
select m.month, m.changes, m.archived,
    coalesce(pg_total_relation_size(to_regclass('change_log_' || to_char(m.month, 'YYYY_MM'))), 0),
    coalesce(a.objects, 0), coalesce(a.bytes, 0), a.archived_at
from (
    select
        date_trunc('month', recorded_at at time zone 'UTC')::date as month,
        count(*) as changes, count(archive) as archived
    from change_log group by 1
) as m
left join (
    select month, count(*) as objects, sum(bytes)::bigint as bytes, max(archived_at) as archived_at
    from change_log_archives group by month
) as a using (month)
order by m.month;
