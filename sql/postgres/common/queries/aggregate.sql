-- Stores an aggregate and its parts. Names in braces are identifiers that come from the aggregate's struct.

-- name: lock_writer
-- One writer in each database: MERGE raises a unique violation if another writer inserts the same key at the same time.
select pg_advisory_xact_lock(hashtext('openpolicy.writer'));

-- name: fenced
-- Checked while holding the lock, so that no bucket is fenced before the commit.
select bucket from bucket_fences where bucket = any(%(buckets)s);

-- name: stage_roots
create temporary table incoming (like {table} including defaults) on commit drop;

-- name: analyze_roots
analyze incoming;

-- name: revive
-- A withdrawn entity that is stored again continues from the revision of its withdrawal.
with back as (
    delete from withdrawals as w using incoming as i
    where w.entity = {entity} and w.bucket = i.bucket and w.key = i.key
    returning w.bucket, w.key, w.revision
)
update incoming as i set revision = back.revision + 1
from back where i.bucket = back.bucket and i.key = back.key;

-- name: has_archives
select exists (select from change_log_archives);

-- name: archived_states
-- States that the log no longer has, of roots that are about to change, rebuilt from their rows.
select s.key, s.revision, s.state::text
from incoming as i
join {table} as kept on kept.bucket = i.bucket and kept.{id} = i.{id} and kept.content_hash <> i.content_hash
join change_log as l
    on l.entity = {entity} and l.key = kept.key and l.revision = kept.revision and l.archive is not null
join {states} as s on s.bucket = kept.bucket and s.{id} = kept.{id};

-- name: merge_roots
merge into {table} as kept using incoming as i
    on kept.bucket = i.bucket and kept.{id} = i.{id}
when matched and kept.content_hash <> i.content_hash then
    update set {assignments}, revision = kept.revision + 1, recorded_at = now()
when not matched then
    insert ({columns}, revision) values ({incoming_columns}, i.revision)
returning kept.bucket, kept.{id}, kept.key, kept.revision;

-- name: delete_parts
delete from {parts} as p using unnest(%(buckets)s::smallint[], %(ids)s::uuid[]) as c (bucket, id)
where p.bucket = c.bucket and p.{id} = c.id;

-- name: append_change_log
-- The state is the stored row without the store's own columns, and the parts as they were sent: building the parts from
-- their rows would cost as much as storing them. `openpolicy verify` proves that both are equal.
-- `offset 0` makes PostgreSQL build each state once, although it is used twice, and unfold it once for all its fields.
insert into change_log
    (bucket, entity, key, revision, op, changed, state, source, source_url, document_sha256, fetched_at,
     overrides, reason)
select
    c.bucket, {entity}, c.key, c.revision, case when c.revision = 1 then 'created' else 'updated' end,
    case when coalesce(before.state, past.state::jsonb) is null then '{{}}' else array(
        select n.key
        from jsonb_each(c.state) as n
        left join jsonb_each(coalesce(before.state, past.state::jsonb)) as o on o.key = n.key
        where n.value is distinct from o.value order by n.key) end,
    c.state, c.source, c.source_url, c.document_sha256, c.fetched_at, c.overrides, %(reason)s::text
from (
    select
        changed.bucket, changed.key, changed.revision, t.source, t.source_url, t.document_sha256, t.fetched_at,
        t.overrides,
        to_jsonb(t) - {own}::text[] || {parts_state} as state
    from unnest(
        %(buckets)s::smallint[], %(ids)s::uuid[], %(keys)b::text[], %(revisions)s::integer[], %(parts)b::text[]
    ) as changed (bucket, id, key, revision, parts)
    join {table} as t on t.bucket = changed.bucket and t.{id} = changed.id
    order by changed.key
    offset 0
) as c
left join change_log as before
    on before.entity = {entity} and before.key = c.key and before.revision = c.revision - 1
left join unnest(%(archived_keys)s::text[], %(archived_revisions)s::integer[], %(archived_states)s::text[])
    as past (key, revision, state) on past.key = c.key and past.revision = c.revision - 1
returning entity, key, revision, op, changed;

-- name: raise_versions
insert into bucket_versions as v (bucket, version)
select distinct bucket, 1 from unnest(%(buckets)s::smallint[]) as bucket
on conflict (bucket) do update set version = v.version + 1;
