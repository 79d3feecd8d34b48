-- Moving buckets, as seen by the database that they arrive in or leave.

-- name: left
select bucket from bucket_fences where left_at is not null and bucket = any(%(buckets)s);

-- name: identity
select
    (select system_identifier::text from pg_control_system())
    || '/' || (select timeline_id::text from pg_control_checkpoint())
    || '/' || (select oid::text from pg_database where datname = current_database());

-- name: is_new
select not exists (select from change_log) and not exists (select from bucket_arrivals);

-- name: number
select shard from shard_number;

-- name: set_number
insert into shard_number (shard) values (%(shard)s);

-- name: size
select pg_database_size(current_database());

-- name: count_rows
select count(*) from {table};

-- name: tables
-- Every table with rows of a bucket, and its columns. A partitioned table counts as one; tables and columns that belong
-- to the database itself are left out: each database writes `seq`, `xid` and `moved` of its own log.
select c.relname, array_agg(a.attname::text order by a.attnum)
from pg_class as c
join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
    and exists (select from pg_attribute as b where b.attrelid = c.oid and b.attname = 'bucket')
    and c.relname not in ('bucket_versions', 'bucket_fences', 'bucket_arrivals')
    and not (c.relname = 'change_log' and a.attname in ('seq', 'xid', 'moved'))
group by c.relname;

-- name: arrive
insert into bucket_arrivals (move, bucket) values (%(move)s, %(bucket)s) on conflict (move) do nothing;

-- name: arrival
select copied_seq, opened_at is not null from bucket_arrivals where move = %(move)s;

-- name: next_rows
select seq, entity, key from change_log
where bucket = %(bucket)s and seq > %(after)s order by seq limit %(limit)s;

-- name: copied
update bucket_arrivals set copied_seq = %(seq)s where move = %(move)s;

-- name: raise_version
insert into bucket_versions as v (bucket, version) values (%(bucket)s, 1)
on conflict (bucket) do update set version = v.version + 1;

-- name: stage_log
create temporary table arriving on commit drop as select {columns} from change_log with no data;

-- name: append_log
-- If the bucket was in this database before, its earlier revisions are in the log already.
insert into change_log ({columns}, moved)
select {columns}, true from arriving as a
where not exists (
    select from change_log as c where c.entity = a.entity and c.key = a.key and c.revision = a.revision)
order by a.entity, a.key, a.revision;

-- name: checksum
select count(*), coalesce(sum(hashtextextended(row({columns})::text, 0)), 0) from {table} where bucket = %(bucket)s;

-- name: log_digests
-- Hashes of every revision without its state, and of the state, which is null if it was archived.
select entity || ' ' || key || '@' || revision, hashtextextended(row({columns})::text, 0), hashtextextended(state::text, 0)
from change_log where bucket = %(bucket)s and seq <= %(until)s;

-- name: fence
insert into bucket_fences (bucket, move, target) values (%(bucket)s, %(move)s, %(target)s)
on conflict (bucket) do update set move = excluded.move, target = excluded.target, left_at = null;

-- name: unfence
delete from bucket_fences where bucket = %(bucket)s;

-- name: end_of_log
-- The last change of a bucket logged in this database or, if there is none since its arrival, its position in the
-- former log.
with here as (
    select b.after_seq, b.source, b.source_identity, b.source_xid, b.source_seq
    from bucket_arrivals as b where b.bucket = %(bucket)s and b.after_seq is not null order by b.after_seq desc limit 1
),
own as (
    select xid, seq from change_log
    where bucket = %(bucket)s and not moved and seq > coalesce((select after_seq from here), 0)
    order by xid desc, seq desc limit 1
)
select
    own.xid::text::bigint, own.seq, here.source, here.source_identity, here.source_xid::text::bigint, here.source_seq
from (values (1)) as single (row) left join own on true left join here on true;

-- name: is_settled
-- Whether every reader sees that change from now on: no older transaction is still running.
select %(xid)s::text::xid8 < pg_snapshot_xmin(pg_current_snapshot());

-- name: recorded_until
select max(recorded_at) from change_log where bucket = %(bucket)s;

-- name: is_after
select clock_timestamp() > %(instant)s;

-- name: open
update bucket_arrivals
set opened_at = now(), after_seq = (select coalesce(max(seq), 0) from change_log),
    source = %(source)s, source_identity = %(identity)s, source_xid = %(xid)s::text::xid8, source_seq = %(seq)s
where move = %(move)s and opened_at is null;

-- name: opened
select after_seq from bucket_arrivals where move = %(move)s;

-- name: leave
update bucket_fences set left_at = now() where bucket = %(bucket)s and move = %(move)s;

-- name: delete
delete from {table} where bucket = %(bucket)s;

-- name: delete_some
delete from {table} where bucket = %(bucket)s and {one};

-- name: copy_out
copy (select {columns} from {table} where bucket = {bucket} and {one}) to stdout;

-- name: copy_log_out
copy (select {columns} from change_log where bucket = {bucket} and seq > {after} and seq <= {until}) to stdout;

-- name: copy_in
copy {table} ({columns}) from stdin;
