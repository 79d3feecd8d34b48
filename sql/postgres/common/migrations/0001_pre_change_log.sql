-- In every shard and in the catalog: the change log and what caches compare.

-- The heart: outbox, history, change feed and audit in one table. `xid` orders by transaction, so that a reader that
-- stays below the oldest running transaction can never skip a late commit.
create table change_log (
    seq bigint generated always as identity primary key,
    xid xid8 not null default pg_current_xact_id(),
    bucket smallint not null,
    entity text not null check (entity in ('bill', 'vote', 'member', 'session')),
    key text not null,
    revision integer not null check (revision > 0),
    op text not null check (op in ('created', 'updated')),
    changed text[] not null,
    state jsonb not null,
    source text not null,
    source_url text not null,
    document_sha256 text not null,
    fetched_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    unique (entity, key, revision)
);
create index change_log_by_position on change_log (xid, seq);

-- One number a bucket, raised in the transaction that changes anything in it. Caches compare it, and nothing else,
-- to know whether an answer is still true.
create table bucket_versions (
    bucket smallint primary key,
    version bigint not null
);
