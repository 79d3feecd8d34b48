-- Which shard an added database is, so that a wrong order of URLs is noticed; those of the beginning do not say it.
create table shard_number (
    one boolean primary key default true check (one),
    shard smallint not null
);
