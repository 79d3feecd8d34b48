-- The migration of petitions, in the catalog.
create table petition_list (
    key text not null,
    revision integer not null,
    live_from bigint not null,
    live_to bigint,
    session text not null,
    number text not null,
    title_en text not null,
    title_fr text,
    signatures integer not null,
    state jsonb not null,
    provenance jsonb not null,
    recorded_at timestamptz not null,
    primary key (key, revision)
);
create unique index petition_list_current on petition_list (key) where live_to is null;
