-- name: known_votes
-- The newest revision of each key of a batch, withdrawn or not. The three queries run together.
select 'vote', key, max(revision) from votes where key in {votes:Array(String)} group by key

-- name: known_bills
select 'bill', key, max(revision) from bills where key in {bills:Array(String)} group by key

-- name: known_members
select 'member', toString(person_id), max(revision) from members
where toString(person_id) in {members:Array(String)} group by person_id

-- name: known_sessions
select 'session', key, max(revision) from sessions where key in {sessions:Array(String)} group by key

-- name: stored_revisions
select toString({key:Identifier}), revision from {view:Identifier};

-- name: drop_rebuilt
drop table if exists {rebuilt:Identifier} sync;

-- name: make_votes
-- ClickHouse takes no parameter after `as`, so each table has its own statement.
create table votes_rebuilt as votes;

-- name: make_bills
create table bills_rebuilt as bills;

-- name: make_members
create table members_rebuilt as members;

-- name: make_sessions
create table sessions_rebuilt as sessions;

-- name: swap
exchange tables {table:Identifier} and {rebuilt:Identifier};

-- name: unseen
-- Rows of parts that no current row names: their insert broke off, or they were replaced or withdrawn.
select count() from {table:Identifier}
where batch < {before:UInt64} and batch not in (select batch from {view:Identifier});

-- name: delete_unseen
alter table {table:Identifier} delete
where batch < {before:UInt64} and batch not in (select batch from {view:Identifier})
settings mutations_sync = 1;

-- name: totals
-- Compared with `vote_totals` of the shards: votes and ballots of every session, the sums of the announced
-- totals, and of the first four bytes of each ballot's hash.
select session, count(), sum(ballots), sum(coalesce(yeas, 0)), sum(coalesce(nays, 0)), sum(checksum)
from current_votes
left join (
    select vote_key, count() as ballots, sum(reinterpretAsUInt32(reverse(substring(MD5(concat(
        vote_key, '|', toString(person_id), '|', position, '|', toString(toUInt8(paired)), '|', name, '|', riding
    )), 1, 4)))) as checksum
    from current_ballots group by vote_key) as counted
    on counted.vote_key = current_votes.key
group by session;

-- name: miscounted
-- Votes whose ballots do not match their totals, or contain a member twice.
select key, counted_yeas, counted_nays, counted_paired, yea, nay, paired_ballots, ballots - persons
from current_votes
left join (
    select vote_key, countIf(position in ('yea', 'both')) as yea, countIf(position in ('nay', 'both')) as nay,
        countIf(paired) as paired_ballots, count() as ballots, uniqExact(person_id) as persons
    from current_ballots group by vote_key
) as counted on counted.vote_key = current_votes.key
where ballots <> persons or coalesce(counted_yeas, 0) <> yea or coalesce(counted_nays, 0) <> nay
    or coalesce(counted_paired, 0) <> paired_ballots
order by key
limit 20;
