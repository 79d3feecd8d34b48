-- Planned moves and the shard map. Only one process moves buckets at a time.

-- name: try_lead
select pg_try_advisory_lock(hashtext('openpolicy.reshard'));

-- name: known_shards
select greatest((select max(shard) from shard_map), (select max(shard) from added_shards)) + 1;

-- name: add_shard
insert into added_shards (shard) values (%(shard)s);

-- name: plan
-- A bucket that is moving already keeps its move.
insert into bucket_moves (bucket, source, target)
select m.bucket, m.shard, %(target)s
from shard_map as m
where m.bucket = any(%(buckets)s) and m.shard <> %(target)s
on conflict (bucket) where state <> 'done' do nothing;

-- name: open
select move, bucket, source, target, state, extract(epoch from now() - switched_at)::float, given_up
from bucket_moves where state <> 'done' order by state = 'planned', move;

-- name: begin
update bucket_moves set state = 'copying' where move = %(move)s and state = 'planned';

-- name: give_up
update bucket_moves set given_up = %(reason)s where move = %(move)s;

-- name: switch
-- Changes the map once, and only if the bucket still belongs to the shard that it was moved from.
with moved as (
    update bucket_moves set state = 'switched', switched_at = now(), switch_s = %(seconds)s, given_up = ''
    where move = %(move)s and state = 'copying' returning bucket, source, target
)
update shard_map as m set shard = moved.target, version = (select max(version) + 1 from shard_map)
from moved where m.bucket = moved.bucket and m.shard = moved.source;

-- name: done
update bucket_moves set state = 'done', done_at = now() where move = %(move)s;

-- name: outdated
-- Sessions of processes that know fewer shards; they would not find rows on the newest shard.
select application_name, coalesce(client_addr::text, 'local'), count(*)
from pg_stat_activity
where datname = current_database()
    and substring(application_name from '^openpolicy with ([0-9]+) shards$')::integer < %(shards)s
group by 1, 2;
