-- Facts: what statistics are counted from. Every statement can be run again, for no transaction holds two of them.
--
-- Rows are only ever added. Of a key, the row of the highest revision counts; rows that belong to another (ballots to a
-- vote, stages to a bill, memberships to a member) carry the `batch` of the row they belong to, and are inserted before
-- it. A batch number is never used twice, so whatever was left behind by an insert that broke off is never seen.
-- The views below say so once; nothing reads the tables but them and their writer. No read waits for a merge.

create table if not exists votes (
    key String,
    revision UInt32,
    batch UInt64,
    is_withdrawn Bool,
    session LowCardinality(String),
    parliament UInt16,
    chamber LowCardinality(String),
    number UInt32,
    held_at DateTime64(3, 'UTC'),
    held_on Date32,
    subject_en Nullable(String),
    subject_fr Nullable(String),
    result LowCardinality(String),
    bill Nullable(String),
    bill_type LowCardinality(String),
    kind LowCardinality(String),
    yeas Nullable(UInt16),
    nays Nullable(UInt16),
    paired Nullable(UInt16),
    counted_yeas Nullable(UInt16),
    counted_nays Nullable(UInt16),
    counted_paired Nullable(UInt16),
    disputed Bool,
    recorded_at DateTime64(6, 'UTC')
) engine = MergeTree order by (session, chamber, number, revision)
settings fsync_after_insert = 1, fsync_part_directory = 1;

create table if not exists ballots (
    vote_key String,
    batch UInt64,
    session LowCardinality(String),
    chamber LowCardinality(String),
    number UInt32,
    held_on Date32,
    person_id UInt32,
    name String,
    position LowCardinality(String),
    paired Bool,
    caucus LowCardinality(String),
    riding String,
    province LowCardinality(String),
    side LowCardinality(String)
) engine = MergeTree order by (session, chamber, number, person_id, batch)
settings fsync_after_insert = 1, fsync_part_directory = 1;

create table if not exists bills (
    key String,
    revision UInt32,
    batch UInt64,
    is_withdrawn Bool,
    session LowCardinality(String),
    number String,
    chamber LowCardinality(String),
    type LowCardinality(String),
    status LowCardinality(String),
    sponsor_person_id Nullable(UInt32),
    sponsor_name Nullable(String),
    introduced_on Nullable(Date32),
    passed_house_first_on Nullable(Date32),
    passed_house_second_on Nullable(Date32),
    passed_house_third_on Nullable(Date32),
    passed_senate_first_on Nullable(Date32),
    passed_senate_second_on Nullable(Date32),
    passed_senate_third_on Nullable(Date32),
    royal_assent_on Nullable(Date32),
    latest_activity_on Nullable(Date32),
    is_reinstated Nullable(Bool),
    provisional Bool,
    recorded_at DateTime64(6, 'UTC')
) engine = MergeTree order by (session, key, revision)
settings fsync_after_insert = 1, fsync_part_directory = 1;

create table if not exists bill_stages (
    bill_key String,
    revision UInt32,
    batch UInt64,
    ordinal UInt16,
    chamber LowCardinality(String),
    stage LowCardinality(String),
    state LowCardinality(String),
    state_on Nullable(Date32)
) engine = MergeTree order by (bill_key, revision, ordinal)
settings fsync_after_insert = 1, fsync_part_directory = 1;

create table if not exists members (
    person_id UInt32,
    revision UInt32,
    batch UInt64,
    is_withdrawn Bool,
    name String,
    caucus LowCardinality(String),
    riding String,
    province LowCardinality(String),
    is_sitting Bool,
    recorded_at DateTime64(6, 'UTC')
) engine = MergeTree order by (person_id, revision)
settings fsync_after_insert = 1, fsync_part_directory = 1;

create table if not exists memberships (
    person_id UInt32,
    revision UInt32,
    batch UInt64,
    parliament UInt16,
    caucus LowCardinality(String),
    riding String,
    province LowCardinality(String),
    from_on Date32,
    to_on Nullable(Date32)
) engine = MergeTree order by (person_id, revision, from_on)
settings fsync_after_insert = 1, fsync_part_directory = 1;

create table if not exists sessions (
    key String,
    revision UInt32,
    batch UInt64,
    is_withdrawn Bool,
    parliament UInt16,
    number UInt16,
    opened_on Nullable(Date32),
    closed_on Nullable(Date32),
    is_current Bool
) engine = MergeTree order by (key, revision)
settings fsync_after_insert = 1, fsync_part_directory = 1;

create view if not exists current_votes as
select * from (select * from votes order by key, revision desc, batch desc limit 1 by key) where not is_withdrawn;

create view if not exists current_ballots as
select * from ballots where batch in (select batch from current_votes);

create view if not exists current_bills as
select * from (select * from bills order by key, revision desc, batch desc limit 1 by key) where not is_withdrawn;

create view if not exists current_bill_stages as
select * from bill_stages where batch in (select batch from current_bills);

create view if not exists current_members as
select * from (select * from members order by person_id, revision desc, batch desc limit 1 by person_id)
where not is_withdrawn;

create view if not exists current_memberships as
select * from memberships where batch in (select batch from current_members);

create view if not exists current_sessions as
select * from (select * from sessions order by key, revision desc, batch desc limit 1 by key) where not is_withdrawn;
