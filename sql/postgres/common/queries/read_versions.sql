-- The versions that caches compare. They are polled twice a second: the first query is one row, and the second runs only
-- if that has changed.

-- name: summary
-- The identity changes if another database answers at the same address: replaced, restored or promoted. The end of the
-- change log is the last entry that the feed may read: below the oldest running transaction.
with head as (
    select xid, seq from change_log
    where not moved and xid < pg_snapshot_xmin(pg_current_snapshot()) order by xid desc, seq desc limit 1
)
select
    coalesce(sum(version), 0)::bigint,
    (select system_identifier::text from pg_control_system())
    || '/' || (select timeline_id::text from pg_control_checkpoint())
    || '/' || (select oid::text from pg_database where datname = current_database()),
    coalesce((select xid::text::bigint from head), 0),
    coalesce((select seq from head), 0)
from bucket_versions;

-- name: buckets
-- With each bucket, whether its rows have left this database; a process that does not know where to has an outdated map.
select bucket, v.version, f.left_at is not null from bucket_versions as v left join bucket_fences as f using (bucket);
