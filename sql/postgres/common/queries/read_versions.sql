-- What caches compare. Polled twice a second, so the first query is one row and the second is asked only when it moved.

-- name: summary
-- The identity changes when the database is another one behind the same address: replaced, restored or promoted. The end
-- of the change log is what the feed may read: below the oldest running transaction.
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
-- With each, whether its rows have left this database: who does not know where to has an outdated map.
select bucket, v.version, f.left_at is not null from bucket_versions as v left join bucket_fences as f using (bucket);
