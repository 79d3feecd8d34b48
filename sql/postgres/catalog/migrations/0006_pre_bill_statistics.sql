-- Votes counted by bill. What is counted is kept narrow, beside the lists: a bill and its votes may be on different shards.

create table tallied_bills (
    key text primary key,
    revision integer not null,
    session text not null,
    status text,
    is_withdrawn boolean not null
);

create table tallied_votes (
    key text primary key,
    revision integer not null,
    bill text,
    chamber text not null,
    number integer not null,
    held_at timestamptz not null,
    kind text not null,
    result text not null,
    yeas integer,
    nays integer,
    took_part integer[] not null,
    is_withdrawn boolean not null
);
create index tallied_votes_by_bill on tallied_votes (bill);

-- The definition, once: the materialized view is all of it, the kept table the part of the bills that changed.
-- `took_part`: who cast a yea, nay or abstention; paired and absent members did not take part.
-- The decisive vote of a chamber is its last vote on third reading, or the one on second reading that ended the bill.
-- Where readings passed by voice there is none, and no percentage. Hoists, amendments, closure and time allocation are
-- votes of a bill and decide nothing of it: they are in the pooled share only, which is named so.
create view bill_tallies as
select
    b.key as bill, b.session, b.status, b.revision as bill_revision,
    count(v.key)::integer as vote_count,
    coalesce(sum(v.yeas), 0)::integer as yea_votes,
    coalesce(sum(v.nays), 0)::integer as nay_votes,
    coalesce((select count(distinct person)::integer from tallied_votes as t, unnest(t.took_part) as person
              where t.bill = b.key and not t.is_withdrawn), 0) as participating_members,
    commons.key as decisive_vote,
    round(100.0 * commons.yeas / nullif(commons.yeas + commons.nays, 0), 2)::double precision as approval_percentage,
    senate.key as senate_decisive_vote,
    round(100.0 * senate.yeas / nullif(senate.yeas + senate.nays, 0), 2)::double precision as senate_approval_percentage,
    round(100.0 * sum(v.yeas) / nullif(sum(v.yeas) + sum(v.nays), 0), 2)::double precision as pooled_yea_percentage
from tallied_bills as b
left join tallied_votes as v on v.bill = b.key and not v.is_withdrawn
left join lateral (
    select key, yeas, nays from tallied_votes as t
    where t.bill = b.key and not t.is_withdrawn and t.chamber = 'commons'
        and (t.kind = 'third_reading' or (t.kind = 'second_reading' and t.result = 'negatived'))
    order by t.held_at desc, t.number desc limit 1
) as commons on true
left join lateral (
    select key, yeas, nays from tallied_votes as t
    where t.bill = b.key and not t.is_withdrawn and t.chamber = 'senate'
        and (t.kind = 'third_reading' or (t.kind = 'second_reading' and t.result = 'negatived'))
    order by t.held_at desc, t.number desc limit 1
) as senate on true
where not b.is_withdrawn
group by b.key, commons.key, commons.yeas, commons.nays, senate.key, senate.yeas, senate.nays;

-- Refreshed as a whole, on a schedule; never populated until then. `refreshed_at` is its age.
create materialized view bill_statistics as select t.*, now() as refreshed_at from bill_tallies as t with no data;
create unique index bill_statistics_key on bill_statistics (bill);
create index bill_statistics_by_approval on bill_statistics (status, approval_percentage);

-- The same rows, kept as votes arrive: what is served.
create table bill_statistics_kept (
    bill text primary key,
    session text not null,
    status text,
    bill_revision integer not null,
    vote_count integer not null,
    yea_votes integer not null,
    nay_votes integer not null,
    participating_members integer not null,
    decisive_vote text,
    approval_percentage double precision,
    senate_decisive_vote text,
    senate_approval_percentage double precision,
    pooled_yea_percentage double precision,
    counted_at timestamptz not null default now()
);
create index bill_statistics_kept_by_approval on bill_statistics_kept (status, approval_percentage);
create index bill_statistics_kept_by_session on bill_statistics_kept (session);
