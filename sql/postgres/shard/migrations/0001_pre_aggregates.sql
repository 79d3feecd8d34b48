-- Aggregates of one shard. Every key carries its bucket, so that a bucket moves by copying one range.
-- Names of state columns are the names of the structs in warehouse/model/entities.py.

create table bills (
    bucket smallint not null check (bucket between 0 and 1023),
    bill_id uuid not null,
    key text not null,
    session text not null,
    number text not null,
    chamber text not null check (chamber in ('commons', 'senate')),
    type text,
    type_en text,
    type_fr text,
    title_en text,
    title_fr text,
    short_title_en text,
    short_title_fr text,
    status text,
    status_en text,
    status_fr text,
    sponsor_person_id integer,
    sponsor_name_en text,
    sponsor_name_fr text,
    introduced_on date,
    passed_house_first_on date,
    passed_house_second_on date,
    passed_house_third_on date,
    passed_senate_first_on date,
    passed_senate_second_on date,
    passed_senate_third_on date,
    royal_assent_on date,
    latest_activity_on date,
    latest_activity_en text,
    latest_activity_fr text,
    statute_year smallint,
    statute_chapter smallint,
    legisinfo_id integer,
    is_reinstated boolean,
    provisional boolean not null,
    publications jsonb not null default '[]',
    content_hash bytea not null,
    revision integer not null check (revision > 0),
    source text not null,
    source_url text not null,
    document_sha256 text not null,
    fetched_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    primary key (bucket, bill_id),
    check (provisional or title_en is not null)
);

create table bill_stages (
    bucket smallint not null,
    bill_id uuid not null,
    ordinal smallint not null,
    chamber text check (chamber in ('commons', 'senate')),
    stage text not null,
    stage_en text not null,
    stage_fr text,
    state text not null,
    state_en text,
    state_fr text,
    state_on date,
    committee_en text,
    committee_fr text,
    division_number integer,
    decision text,
    primary key (bucket, bill_id, ordinal),
    foreign key (bucket, bill_id) references bills on delete cascade
);

create table votes (
    bucket smallint not null check (bucket between 0 and 1023),
    vote_id uuid not null,
    key text not null,
    session text not null,
    chamber text not null check (chamber in ('commons', 'senate')),
    number integer not null check (number > 0),
    held_at timestamptz not null,
    held_at_local text not null,
    held_on date not null,
    subject_en text,
    subject_fr text,
    result text not null,
    result_en text,
    result_fr text,
    bill text,
    document_type_en text,
    document_type_fr text,
    yeas smallint check (yeas >= 0),
    nays smallint check (nays >= 0),
    paired smallint check (paired >= 0),
    counted_yeas smallint,
    counted_nays smallint,
    counted_paired smallint,
    disputed boolean not null,
    content_hash bytea not null,
    revision integer not null check (revision > 0),
    source text not null,
    source_url text not null,
    document_sha256 text not null,
    fetched_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    primary key (bucket, vote_id)
);
create index votes_by_session on votes (session);

-- Not a foreign key: 340 checks a vote would double the cost of a load; `openpolicy verify` proves what it would.
create table ballots (
    bucket smallint not null,
    vote_id uuid not null,
    person_id integer not null,
    position text not null check (position in ('yea', 'nay', 'abstain', 'paired', 'no_vote')),
    paired boolean not null,
    name text not null,
    caucus text,
    riding text,
    province text,
    primary key (bucket, vote_id, person_id)
);
create index ballots_by_person on ballots (person_id);

-- The state exactly as the change log holds it, made from the rows: what `verify` compares with the replayed log.
create view bill_states as
select
    b.bucket, b.bill_id, b.key, b.session, b.revision,
    to_jsonb(b) - '{bucket,bill_id,content_hash,revision,source,source_url,document_sha256,fetched_at,recorded_at}'::text[]
    || jsonb_build_object('stages', coalesce(
        (select jsonb_agg(to_jsonb(s) - '{bucket,bill_id}'::text[] order by s.ordinal)
         from bill_stages as s where s.bucket = b.bucket and s.bill_id = b.bill_id), '[]'::jsonb)) as state
from bills as b;

create view vote_states as
select
    v.bucket, v.vote_id, v.key, v.session, v.revision,
    to_jsonb(v) - '{bucket,vote_id,content_hash,revision,source,source_url,document_sha256,fetched_at,recorded_at}'::text[]
    || jsonb_build_object('ballots', coalesce(
        (select jsonb_agg(jsonb_build_array(b.person_id, b.position, b.paired, b.name, b.caucus, b.riding, b.province)
                          order by b.person_id)
         from ballots as b where b.bucket = v.bucket and b.vote_id = v.vote_id), '[]'::jsonb)) as state
from votes as v;
