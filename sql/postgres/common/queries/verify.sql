-- Each entity's state is compared with the replayed log by key and text of the JSON, where object keys are ordered.

-- name: checksums
-- The log replayed: the last of revisions 1, 2, 3 … n of every entity.
with replayed as (
    select distinct on (key) key, revision, state, document_sha256
    from change_log where entity = {entity} order by key, revision desc
)
select
    (select count(*) from {states}),
    (select coalesce(sum(hashtextextended(key || '@' || revision || state::text, 0)), 0) from {states}),
    (select count(*) from replayed),
    (select coalesce(sum(hashtextextended(key || '@' || revision || state::text, 0)), 0) from replayed);

-- name: differences
with replayed as (
    select distinct on (key) key, revision, state
    from change_log where entity = {entity} order by key, revision desc
)
select coalesce(s.key, r.key), s.revision, r.revision
from {states} as s full join replayed as r on r.key = s.key
where s.revision is distinct from r.revision or s.state is distinct from r.state
order by 1 limit 20;

-- name: gaps
select entity || ' ' || key from change_log
group by entity, key having count(*) <> max(revision) or min(revision) <> 1
order by 1 limit 20;

-- name: keys
select key, bucket from {table};

-- name: orphans
select distinct vote_id::text from ballots as b
where not exists (select from votes as v where v.bucket = b.bucket and v.vote_id = b.vote_id) limit 20;

-- name: current_list
select {columns} from {table} where live_to is null;
