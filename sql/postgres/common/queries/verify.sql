-- Compares each entity's state with the replayed log, by key and by the text of the JSON, where object keys are ordered.

-- The log keeps the hash of an archived state.

-- name: checksums
-- Replays the log: the last of revisions 1, 2, 3 … n of every entity, unless that withdrew it.
with last as (
    select distinct on (key)
        key, revision, op, coalesce(state_hash, hashtextextended(key || '@' || revision || state::text, 0)) as hash
    from change_log where entity = {entity} and bucket = any(%(owned)s) order by key, revision desc
),
replayed as (select * from last where op <> 'withdrawn')
select
    (select count(*) from {states} where bucket = any(%(owned)s)),
    (select coalesce(sum(hashtextextended(key || '@' || revision || state::text, 0)), 0) from {states}
        where bucket = any(%(owned)s)),
    (select count(*) from replayed),
    (select coalesce(sum(hash), 0) from replayed);

-- name: differences
with last as (
    select distinct on (key)
        key, revision, op, coalesce(state_hash, hashtextextended(key || '@' || revision || state::text, 0)) as hash
    from change_log where entity = {entity} and bucket = any(%(owned)s) order by key, revision desc
),
replayed as (select * from last where op <> 'withdrawn')
select coalesce(s.key, r.key), s.revision, r.revision
from (select * from {states} where bucket = any(%(owned)s)) as s full join replayed as r on r.key = s.key
where s.revision is distinct from r.revision
    or hashtextextended(s.key || '@' || s.revision || s.state::text, 0) is distinct from r.hash
order by 1 limit 20;

-- name: gaps
select entity || ' ' || key from change_log where bucket = any(%(owned)s)
group by entity, key having count(*) <> max(revision) or min(revision) <> 1
order by 1 limit 20;

-- name: withdrawn
-- Differences between the table of withdrawals and the log.
with last as (
    select distinct on (entity, key) entity, key, revision, op
    from change_log where bucket = any(%(owned)s) order by entity, key, revision desc
)
select coalesce(w.entity || ' ' || w.key, l.entity || ' ' || l.key), w.revision, l.revision
from (select * from withdrawals where bucket = any(%(owned)s)) as w
full join (select * from last where op = 'withdrawn') as l on l.entity = w.entity and l.key = w.key
where w.revision is distinct from l.revision
order by 1 limit 20;

-- name: keys
select key, bucket from {table};

-- name: orphans
-- Ballots without a vote, and ballots with another sitting than their vote's.
select distinct b.vote_id::text, v.vote_id is null
from ballots as b left join votes as v on v.bucket = b.bucket and v.vote_id = b.vote_id
where v.vote_id is null or b.sitting <> (v.held_on - date '1867-07-01') * 10000 + v.number limit 20;

-- name: current_list
select {columns} from {table} where live_to is null;

-- name: archives
-- The archived changes, each with the object and row where its state must be.
select archive, array_agg(archive_row order by archive_row), array_agg(state_hash order by archive_row)
from change_log where archive is not null group by archive order by archive;
