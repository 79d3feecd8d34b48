-- name: list_window
-- The versions of the list tables that cursors may refer to (those of a day), when the newest was made, the kind of data
-- of this installation, when the facts last changed (in microseconds), and the version of the shard map.
select
    coalesce(min(version) filter (where made_at > now() - interval '24 hours'), max(version), 0), coalesce(max(version), 0),
    (select made_at from list_versions order by version desc limit 1),
    (select kind from dataset),
    (select coalesce((extract(epoch from max(moved_at)) * 1000000)::bigint, 0) from (
        select updated_at as moved_at from projection_positions where projection = 'facts'
        union all select moved_at from sink_moves where projection = 'facts') as moves),
    (select max(version) from shard_map)
from list_versions;

-- name: list_version_at
-- The version that readers saw at an instant, when it was made, when the oldest version that is kept was made, and
-- whether that is the first of all, before which there was nothing.
select
    (select version from list_versions where made_at <= %(at)s order by version desc limit 1),
    (select made_at from list_versions where made_at <= %(at)s order by version desc limit 1),
    (select made_at from list_versions order by version limit 1),
    coalesce((select min(version) = 1 from list_versions), true);

-- name: shard_map
select shard, version from shard_map order by bucket;

-- name: map_version
select max(version) from shard_map;

-- name: bill_by_legisinfo_id
select key from bill_list where legisinfo_id = %(id)s and live_to is null order by session_order desc limit 1;
