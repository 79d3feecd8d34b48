-- Moving buckets to other shards. The map's version is the highest there is: readers ask for it with every poll.
alter table shard_map add column version bigint not null default 0;
create index shard_map_version on shard_map (version);

-- The shards that were added to those of the beginning.
create table added_shards (
    shard smallint primary key,
    added_at timestamptz not null default now()
);

create table bucket_moves (
    move bigint generated always as identity primary key,
    bucket smallint not null check (bucket between 0 and 1023),
    source smallint not null,
    target smallint not null check (target <> source),
    state text not null default 'planned' check (state in ('planned', 'copying', 'switched', 'done')),
    planned_at timestamptz not null default now(),
    switched_at timestamptz,
    done_at timestamptz,
    -- How long nobody could write the bucket.
    switch_s double precision,
    -- Why the last attempt to switch was given up.
    given_up text not null default ''
);
create unique index bucket_moves_open on bucket_moves (bucket) where state <> 'done';
