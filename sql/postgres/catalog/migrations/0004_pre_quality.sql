-- What each run left of the state of the data: the trend, and what Great Expectations has to say, page by page.

create table quality_runs (
    run_id bigint generated always as identity primary key,
    made_at timestamptz not null default now(),
    findings jsonb not null,
    parked integer not null,
    disputed integer not null,
    votes integer not null,
    bills integer not null
);
create index quality_runs_by_time on quality_runs (made_at);

-- One page of Great Expectations' Data Docs a suite and session, compressed; without anything from another host.
create table quality_documents (
    suite text not null,
    session text not null,
    made_at timestamptz not null default now(),
    passed boolean not null,
    page bytea not null,
    primary key (suite, session)
);
