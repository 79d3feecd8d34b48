-- Withdraws entities. Those that do not exist, or are withdrawn already, are skipped.

-- name: stage
create temporary table changed on commit drop as
select s.bucket, s.{id} as id, s.key, s.revision + 1 as revision, s.state, w.reason, w.source, w.source_url,
    w.document_sha256, w.fetched_at
from unnest(
    %(buckets)s::smallint[], %(ids)s::uuid[], %(reasons)s::text[], %(source)s::text[], %(url)s::text[],
    %(document_sha256)s::text[], %(fetched_at)s::timestamptz[]
) as w (bucket, id, reason, source, source_url, document_sha256, fetched_at)
join {states} as s on s.bucket = w.bucket and s.{id} = w.id;

-- name: staged
select bucket, id from changed;

-- name: delete_roots
delete from {table} as t using changed as c where t.bucket = c.bucket and t.{id} = c.id;

-- name: note
insert into withdrawals (bucket, entity, key, revision, reason)
select bucket, {entity}, key, revision, reason from changed;

-- name: append_change_log
insert into change_log
    (bucket, entity, key, revision, op, changed, state, source, source_url, document_sha256, fetched_at, reason)
select bucket, {entity}, key, revision, 'withdrawn', '{{}}', state, source, source_url, document_sha256, fetched_at, reason
from changed order by key
returning entity, key, revision, op, changed;
