-- Statistics of bills, kept as votes arrive and refreshed as a view.

-- name: lead
-- One writer at a time over all processes; the lock ends with the transaction. Its name is that of the first version,
-- so that processes of two versions never write at the same time.
select pg_advisory_xact_lock(hashtext('openpolicy.project.tallies'));

-- name: stage
create temporary table {incoming} (like {table}) on commit drop;

-- name: upsert_bills
merge into tallied_bills as kept using incoming_tallied_bills as i on kept.key = i.key
when matched and kept.revision < i.revision then
    update set revision = i.revision, session = i.session, status = i.status, is_withdrawn = i.is_withdrawn
when not matched then
    insert values (i.key, i.revision, i.session, i.status, i.is_withdrawn)
returning kept.key;

-- name: upsert_votes
-- Returns the vote's former bill too: if a vote moves to another bill, both bills are counted again.
merge into tallied_votes as kept using incoming_tallied_votes as i on kept.key = i.key
when matched and kept.revision < i.revision then
    update set revision = i.revision, bill = i.bill, chamber = i.chamber, number = i.number, held_at = i.held_at,
        kind = i.kind, result = i.result, yeas = i.yeas, nays = i.nays, took_part = i.took_part,
        is_withdrawn = i.is_withdrawn
when not matched then
    insert values (i.key, i.revision, i.bill, i.chamber, i.number, i.held_at, i.kind, i.result, i.yeas, i.nays,
        i.took_part, i.is_withdrawn)
returning old.bill, new.bill;

-- name: unstage
drop table {incoming};

-- name: analyze
analyze tallied_votes, tallied_bills;

-- name: recount
with counted as (select * from bill_tallies where bill = any(%(bills)s::text[])),
     gone as (
         delete from bill_statistics_kept as k
         where k.bill = any(%(bills)s::text[]) and not exists (select from counted as c where c.bill = k.bill)
     )
insert into bill_statistics_kept
select c.*, now() from counted as c
on conflict (bill) do update
set session = excluded.session, status = excluded.status, bill_revision = excluded.bill_revision,
    vote_count = excluded.vote_count, yea_votes = excluded.yea_votes, nay_votes = excluded.nay_votes,
    participating_members = excluded.participating_members, decisive_vote = excluded.decisive_vote,
    approval_percentage = excluded.approval_percentage, senate_decisive_vote = excluded.senate_decisive_vote,
    senate_approval_percentage = excluded.senate_approval_percentage,
    pooled_yea_percentage = excluded.pooled_yea_percentage, counted_at = excluded.counted_at;

-- name: clear
delete from {table};

-- name: recount_all
insert into bill_statistics_kept select t.*, now() from bill_tallies as t;

-- name: is_populated
select ispopulated from pg_matviews where matviewname = 'bill_statistics' and schemaname = current_schema();

-- name: refresh_first
-- A view that was never populated cannot be refreshed concurrently.
refresh materialized view bill_statistics;

-- name: refresh
refresh materialized view concurrently bill_statistics;

-- name: parity
-- Bills whose kept row is not the view's; none where both are up to date.
select coalesce(k.bill, v.bill)
from bill_statistics_kept as k full join bill_statistics as v on v.bill = k.bill
where to_jsonb(k) - 'counted_at' is distinct from to_jsonb(v) - 'refreshed_at'
order by 1 limit 20;

-- name: age
select count(*), extract(epoch from now() - min(refreshed_at))::float from bill_statistics;

-- name: stored_revisions
select 'bill', key, revision from tallied_bills where not is_withdrawn
union all
select 'vote', key, revision from tallied_votes where not is_withdrawn;

-- name: of_bill
select bill, session, status, vote_count, yea_votes, nay_votes, participating_members, decisive_vote,
    approval_percentage, senate_decisive_vote, senate_approval_percentage::float,
    pooled_yea_percentage, counted_at
from bill_statistics_kept where bill = %(bill)s;
