-- What is small and shared: shard map, sessions, members, list tables, projection positions, findings, quarantine.

-- One row: what this installation holds. Invented and real records never share one.
create table dataset (
    one boolean primary key default true check (one),
    kind text not null check (kind in ('live', 'recorded', 'simulated')),
    recorded_at timestamptz not null default now()
);

create table shard_map (
    bucket smallint primary key check (bucket between 0 and 1023),
    shard smallint not null check (shard >= 0)
);

create table sessions (
    bucket smallint not null,
    session_id uuid not null,
    key text not null unique,
    parliament smallint not null,
    number smallint not null,
    name_en text not null,
    name_fr text,
    opened_on date,
    closed_on date,
    is_current boolean not null,
    content_hash bytea not null,
    revision integer not null check (revision > 0),
    source text not null,
    source_url text not null,
    document_sha256 text not null,
    fetched_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    primary key (bucket, session_id),
    check (closed_on is null or opened_on is null or closed_on >= opened_on)
);

create table members (
    bucket smallint not null,
    member_id uuid not null,
    key text not null unique,
    person_id integer not null unique,
    name text not null,
    honorific text,
    caucus text,
    riding text,
    riding_fr text,
    province text,
    is_sitting boolean not null,
    other_names jsonb not null default '[]',
    identifiers jsonb not null default '[]',
    content_hash bytea not null,
    revision integer not null check (revision > 0),
    source text not null,
    source_url text not null,
    document_sha256 text not null,
    fetched_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    primary key (bucket, member_id)
);

-- Half-open: a person sat for this riding in this caucus on every day d with from_on <= d < to_on (null: still).
create table memberships (
    bucket smallint not null,
    member_id uuid not null,
    parliament smallint not null,
    caucus text,
    riding text,
    province text,
    from_on date not null,
    to_on date,
    source text not null check (source in ('ballots', 'members', 'both')),
    primary key (bucket, member_id, from_on),
    foreign key (bucket, member_id) references members on delete cascade,
    check (to_on is null or to_on > from_on)
);

-- What each session's ballots say about who sat where: the runs of equal (name, caucus, riding) of every person.
create table ballot_runs (
    session text not null,
    person_id integer not null,
    first_on date not null,
    last_on date not null,
    first_number integer not null,
    last_number integer not null,
    name text not null,
    caucus text,
    riding text,
    primary key (session, person_id, first_number)
);

create view member_states as
select
    m.bucket, m.member_id, m.key, m.revision,
    to_jsonb(m) - '{bucket,member_id,content_hash,revision,source,source_url,document_sha256,fetched_at,recorded_at}'::text[]
    || jsonb_build_object('memberships', coalesce(
        (select jsonb_agg(to_jsonb(s) - '{bucket,member_id}'::text[] order by s.from_on)
         from memberships as s where s.bucket = m.bucket and s.member_id = m.member_id), '[]'::jsonb)) as state
from members as m;

create view session_states as
select
    s.bucket, s.session_id, s.key, s.revision,
    to_jsonb(s) - '{bucket,session_id,content_hash,revision,source,source_url,document_sha256,fetched_at,recorded_at}'::text[] as state
from sessions as s;

-- Every address ever fetched: what to ask conditionally, what it last said, and which bytes were last loaded.
create table documents (
    url text primary key,
    source text not null,
    session text not null default '',
    outcome text not null check (outcome in ('changed', 'unchanged', 'missing', 'broken')),
    reason text not null default '',
    sha256 text,
    etag text,
    last_modified text,
    fetched_at timestamptz,
    checked_at timestamptz not null,
    loaded_sha256 text,
    loaded_fetched_at timestamptz,
    loaded_by text,
    loaded_at timestamptz
);
create index documents_by_source on documents (source, session);

-- The archive's register: bytes by content hash are in the object store, here is where and when they came from.
create table archived (
    sha256 text not null,
    url text not null,
    bytes bigint not null,
    headers jsonb not null,
    fetched_at timestamptz not null,
    primary key (sha256, url)
);

create table quarantine (
    quarantine_id uuid primary key,
    scope text not null,
    source text not null,
    session text not null,
    url text not null,
    document_sha256 text not null,
    record_key text not null,
    reason text not null,
    record text not null,
    first_seen_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    resolved_at timestamptz
);
create index quarantine_open on quarantine (scope) where resolved_at is null;

create table findings (
    finding_id uuid primary key,
    scope text not null,
    rule text not null,
    entity text not null,
    key text not null,
    message text not null,
    document_sha256 text,
    first_seen_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    resolved_at timestamptz
);
create index findings_open on findings (scope) where resolved_at is null;

-- One row a load of a source and session: what `status` shows as age and row counts.
create table loads (
    source text not null,
    session text not null,
    loaded_at timestamptz not null,
    records integer not null,
    changed integer not null,
    quarantined integer not null,
    checks jsonb not null,
    inputs text not null default '',
    primary key (source, session)
);

-- How far a projection has read each log, as (transaction, sequence).
create table projection_positions (
    projection text not null,
    log text not null,
    xid xid8 not null,
    seq bigint not null,
    applied bigint not null default 0,
    updated_at timestamptz not null default now(),
    primary key (projection, log)
);

-- The list tables keep versions for a while, so that a walk through pages sees one moment: no gap, no duplicate.
-- A row is part of version v when live_from <= v and (live_to is null or live_to > v).
create sequence list_version_seq;
create table list_versions (
    version bigint primary key,
    made_at timestamptz not null default now()
);

create table bill_list (
    key text not null,
    revision integer not null,
    live_from bigint not null,
    live_to bigint,
    session text not null,
    session_order integer not null,
    number_order integer not null,
    chamber text not null,
    type text,
    status text,
    sponsor_person_id integer,
    sponsor_name text,
    introduced_on date,
    latest_activity_on date,
    royal_assent_on date,
    provisional boolean not null,
    legisinfo_id integer,
    title_en text,
    title_fr text,
    state jsonb not null,
    provenance jsonb not null,
    recorded_at timestamptz not null,
    primary key (key, revision)
);
create unique index bill_list_current on bill_list (key) where live_to is null;
create index bill_list_by_number on bill_list (session_order desc, number_order, key) where live_to is null;
create index bill_list_by_activity on bill_list (latest_activity_on desc nulls last, key) where live_to is null;
create index bill_list_by_legisinfo on bill_list (legisinfo_id) where live_to is null;

create table vote_list (
    key text not null,
    revision integer not null,
    live_from bigint not null,
    live_to bigint,
    session text not null,
    session_order integer not null,
    chamber text not null,
    number integer not null,
    held_at timestamptz not null,
    held_on date not null,
    result text not null,
    bill text,
    disputed boolean not null,
    subject_en text,
    subject_fr text,
    state jsonb not null,
    provenance jsonb not null,
    recorded_at timestamptz not null,
    primary key (key, revision)
);
create unique index vote_list_current on vote_list (key) where live_to is null;
create index vote_list_by_time on vote_list (held_at desc, key) where live_to is null;
create index vote_list_by_bill on vote_list (bill) where live_to is null;

create table member_list (
    key text not null,
    revision integer not null,
    live_from bigint not null,
    live_to bigint,
    person_id integer not null,
    name text not null,
    caucus text,
    riding text,
    province text,
    is_sitting boolean not null,
    parliaments smallint[] not null,
    state jsonb not null,
    provenance jsonb not null,
    recorded_at timestamptz not null,
    primary key (key, revision)
);
create unique index member_list_current on member_list (key) where live_to is null;
create index member_list_by_name on member_list (name, key) where live_to is null;
