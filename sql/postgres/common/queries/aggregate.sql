-- How an aggregate and its parts are stored. The names in braces are identifiers taken from the aggregate's struct.

-- name: lock_writer
-- One writer a database: MERGE raises a unique violation when another writer inserts the same key beside it.
select pg_advisory_xact_lock(hashtext('openpolicy.writer'));

-- name: stage_roots
create temporary table incoming (like {table} including defaults) on commit drop;

-- name: stage_parts
create temporary table incoming_parts (like {parts}) on commit drop;

-- name: analyze_roots
analyze incoming;

-- name: analyze_parts
analyze incoming_parts;

-- name: merge_roots
create temporary table changed on commit drop as
with merged as (
    merge into {table} as kept using incoming as i
        on kept.bucket = i.bucket and kept.{id} = i.{id}
    when matched and kept.content_hash <> i.content_hash then
        update set {assignments}, revision = kept.revision + 1, recorded_at = now()
    when not matched then
        insert ({columns}, revision) values ({incoming_columns}, 1)
    returning kept.bucket, kept.{id} as id, kept.key, kept.revision
)
select * from merged;

-- name: delete_parts
delete from {parts} as p using changed as c where p.bucket = c.bucket and p.{id} = c.id and c.revision > 1;

-- name: insert_parts
insert into {parts} select i.* from incoming_parts as i join changed as c on c.bucket = i.bucket and c.id = i.{id};

-- name: append_change_log
insert into change_log
    (bucket, entity, key, revision, op, changed, state, source, source_url, document_sha256, fetched_at)
select
    c.bucket, {entity}, c.key, c.revision, case when c.revision = 1 then 'created' else 'updated' end,
    coalesce(
        (select array_agg(n.key order by n.key) from jsonb_each(s.state) as n
         where before.state is not null and before.state -> n.key is distinct from n.value), '{{}}'),
    s.state, t.source, t.source_url, t.document_sha256, t.fetched_at
from changed as c
join {table} as t on t.bucket = c.bucket and t.{id} = c.id
join {states} as s on s.bucket = c.bucket and s.{id} = c.id
left join change_log as before
    on before.entity = {entity} and before.key = c.key and before.revision = c.revision - 1
order by c.key
returning entity, key, revision, op, changed;

-- name: raise_versions
insert into bucket_versions as v (bucket, version)
select distinct bucket, 1 from changed
on conflict (bucket) do update set version = v.version + 1;
