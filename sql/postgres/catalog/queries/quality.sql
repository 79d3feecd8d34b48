-- The state of the data, from what loads left in the catalog.

-- name: held_back
-- Documents that were refused as a whole, and those that could not be fetched.
select q.source, q.session, q.url, q.reason, q.first_seen_at, d.loaded_fetched_at
from quarantine as q left join documents as d using (url)
where q.resolved_at is null and q.record_key = '' and q.record = ''
union all
select d.source, d.session, d.url, d.reason, d.checked_at, d.loaded_fetched_at
from documents as d
where d.outcome = 'broken' and not exists (
    select from quarantine as q
    where q.url = d.url and q.resolved_at is null and q.record_key = '' and q.record = '')
order by 2 desc, 1, 3
limit %(limit)s;

-- name: rules
select entity, rule, count(*), min(first_seen_at), max(last_seen_at)
from findings where resolved_at is null group by entity, rule order by entity, rule;

-- name: findings
-- Open findings, with address and hash of the document from which the entity was read.
with ranked as (
    select entity, rule, key, message, document_sha256, first_seen_at,
        row_number() over (partition by entity, rule order by key) as place
    from findings
    where resolved_at is null
        and (%(rule)s::text is null or rule = %(rule)s)
        and (%(entity)s::text is null or entity = %(entity)s)
        and (%(session)s::text is null or key = %(session)s or key like %(session)s || '/%%')
)
select c.entity, c.rule, c.key, c.message, c.first_seen_at,
    coalesce(p.provenance ->> 'url', a.url),
    coalesce(c.document_sha256, p.provenance ->> 'document_sha256')
from ranked as c
left join lateral (
    select provenance from bill_list where c.entity = 'bill' and key = c.key and live_to is null
    union all
    select provenance from vote_list where c.entity = 'vote' and key = c.key and live_to is null
    union all
    select provenance from member_list where c.entity = 'member' and key = c.key and live_to is null
    limit 1
) as p on true
left join lateral (select url from archived where sha256 = c.document_sha256 order by url limit 1) as a on true
where c.place <= %(per_rule)s
order by c.rule, c.entity, c.key
limit %(limit)s offset %(offset)s;

-- name: quarantined
select source, session, url, record_key, reason, document_sha256, first_seen_at
from quarantine where resolved_at is null order by first_seen_at desc, url, record_key limit %(limit)s;

-- name: quarantined_count
select count(*) from quarantine where resolved_at is null;

-- name: sessions
-- How complete each session is, from the lists as they are now.
with b as (
    select session, count(*) as bills, count(*) filter (where title_fr is null) as without_french,
        count(*) filter (where provisional) as provisional
    from bill_list where live_to is null group by session
),
v as (
    select session, count(*) as votes, count(*) filter (where subject_fr is null) as without_french,
        count(*) filter (where coalesce((state ->> 'counted_yeas')::int + (state ->> 'counted_nays')::int
            + (state ->> 'counted_paired')::int, 0) = 0) as without_ballots,
        count(*) filter (where disputed) as disputed, max(held_on) as last_held_on
    from vote_list where live_to is null group by session
),
d as (
    select session, count(*) as documents, count(*) filter (where outcome = 'broken') as broken,
        max(checked_at) as checked_at
    from documents where session <> '' group by session
)
select
    coalesce(b.session, v.session, d.session), coalesce(b.bills, 0), coalesce(b.without_french, 0),
    coalesce(b.provisional, 0), coalesce(v.votes, 0), coalesce(v.without_french, 0), coalesce(v.without_ballots, 0),
    coalesce(v.disputed, 0), v.last_held_on, coalesce(d.documents, 0), coalesce(d.broken, 0), d.checked_at
from b full join v using (session) full join d using (session);

-- name: disputed
select key, state::text from vote_list where live_to is null and disputed order by session_order desc, number desc;

-- name: record_run
insert into quality_runs (findings, parked, disputed, votes, bills)
select
    coalesce((select jsonb_object_agg(rule, n) from
        (select rule, count(*) as n from findings where resolved_at is null group by rule) as r), '{}'::jsonb),
    (select count(*) from quarantine where resolved_at is null),
    (select count(*) from vote_list where live_to is null and disputed),
    (select count(*) from vote_list where live_to is null),
    (select count(*) from bill_list where live_to is null);

-- name: trend
-- The last run of each of the newest days that have a run.
select * from (
    select distinct on ((made_at at time zone 'America/Toronto')::date)
        (made_at at time zone 'America/Toronto')::date as day, findings::text, parked, disputed, votes, bills
    from quality_runs
    order by (made_at at time zone 'America/Toronto')::date desc, made_at desc
    limit %(days)s
) as newest order by day;

-- name: judged
-- Results of each load's suites, from which the pages of Great Expectations are made.
select l.source, l.session, l.loaded_at, c.value::text
from loads as l cross join lateral jsonb_array_elements(l.checks) as c
where c.value ->> 'name' like 'expect_%%' order by l.source, l.session;

-- name: keep_document
insert into quality_documents (suite, session, passed, page) values (%(suite)s, %(session)s, %(passed)s, %(page)s)
on conflict (suite, session) do update set made_at = now(), passed = excluded.passed, page = excluded.page;

-- name: documents
select suite, session, made_at, passed from quality_documents order by suite, session;

-- name: document
select page, made_at from quality_documents where suite = %(suite)s and session = %(session)s;

-- name: coverage
-- How many bills and votes of each session are stored, and how many of them have details, French and ballots.
with b as (
    select session, count(*) filter (where not provisional) as bills, count(*) filter (where provisional) as provisional,
        count(*) filter (where jsonb_array_length(coalesce(state -> 'stages', '[]'::jsonb)) > 0) as detailed,
        count(*) filter (where not provisional and title_fr is not null) as french
    from bill_list where live_to is null group by session
),
v as (
    select session, count(*) as votes, max(number) as last_number, count(subject_fr) as french,
        count(*) filter (where coalesce((state ->> 'counted_yeas')::int + (state ->> 'counted_nays')::int
            + (state ->> 'counted_paired')::int, 0) > 0) as with_ballots
    from vote_list where live_to is null group by session
)
select coalesce(s.key, b.session, v.session), s.opened_on, s.closed_on, coalesce(s.is_current, false),
    coalesce(b.bills, 0), coalesce(b.provisional, 0), coalesce(b.detailed, 0), coalesce(b.french, 0),
    coalesce(v.votes, 0), coalesce(v.last_number, 0), coalesce(v.french, 0), coalesce(v.with_ballots, 0)
from sessions as s full join b on b.session = s.key full join v on v.session = coalesce(s.key, b.session);

-- name: coverage_documents
-- Documents by source, session or Parliament, and outcome of the last request.
select source, session, coalesce(substring(url from 'parliament=([0-9]+|all)'), ''), outcome, count(*)
from documents group by 1, 2, 3, 4;

-- name: coverage_terms
-- How many members of each Parliament are known, and for how many there is a roles document.
select p.parliament, count(*), count(r.person_id)
from member_list as m cross join lateral unnest(m.parliaments) as p (parliament)
left join (
    select distinct substring(url from '/([0-9]+)/roles')::integer as person_id from documents
    where source = 'ourcommons_member_roles' and outcome in ('changed', 'unchanged')
) as r on r.person_id = m.person_id
where m.live_to is null group by 1;

-- name: coverage_lists
-- The Parliaments for which a complete list of sitting members was read.
select distinct parliament from members_listed;
