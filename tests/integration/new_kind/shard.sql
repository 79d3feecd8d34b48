-- The migration of petitions, on every shard.
create table petitions (
    bucket smallint not null check (bucket between 0 and 1023),
    petition_id uuid not null,
    key text not null,
    session text not null,
    number text not null,
    title_en text not null,
    title_fr text,
    signatures integer not null check (signatures >= 0),
    presented_at timestamptz not null,
    content_hash bytea not null,
    revision integer not null check (revision > 0),
    source text not null,
    source_url text not null,
    document_sha256 text not null,
    fetched_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    overrides jsonb,
    primary key (bucket, petition_id)
);

create view petition_states as
select
    p.bucket, p.petition_id, p.key, p.session, p.revision,
    to_jsonb(p) - '{bucket,petition_id,content_hash,revision,source,source_url,document_sha256,fetched_at,recorded_at,overrides}'::text[]
    as state
from petitions as p;
