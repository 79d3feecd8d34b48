-- Buckets move from database to database while they are read and written.

-- A copy of what another database logged. History finds it by key; the feed, the relay, projections and the register of
-- corrections read it where it was written, where it stays.
alter table change_log add column moved boolean not null default false;
create index change_log_by_bucket on change_log (bucket, seq);
drop index change_log_by_position;
create index change_log_by_position on change_log (xid, seq) where not moved;
drop index change_log_updates;
create index change_log_updates on change_log (xid, seq) where op = 'updated' and not moved;

-- Buckets that nobody may write here any more, whatever map of the shards a writer has. Looked at under the writer's lock.
create table bucket_fences (
    bucket smallint primary key,
    move bigint not null,
    target smallint not null,
    -- Since when its rows are gone from here, and a reader who still looks for them has an outdated map.
    left_at timestamptz
);

-- Buckets that come or came here. What was logged here of a bucket after `after_seq` comes after the source's log up to
-- (source_xid, source_seq), which is how the feed keeps an entity in order over two logs.
create table bucket_arrivals (
    move bigint primary key,
    bucket smallint not null,
    -- How far the source's log has been copied.
    copied_seq bigint not null default 0,
    opened_at timestamptz,
    after_seq bigint,
    source text,
    source_identity text,
    source_xid xid8,
    source_seq bigint
);
create index bucket_arrivals_by_bucket on bucket_arrivals (bucket, after_seq);
