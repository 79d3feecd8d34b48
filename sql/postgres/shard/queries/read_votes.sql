-- name: by_id
select {columns}, revision, source, source_url, document_sha256, fetched_at, recorded_at, overrides::text
from votes where bucket = %s and vote_id = %s;

-- name: key_of
select key from votes where vote_id = %s;

-- name: session_spans
-- The first and the last sitting of each session, out of the index: the next session each time, then its two ends.
with recursive sessions as (
    select min(session) as session from votes
    union all
    select (select min(v.session) from votes as v where v.session > s.session) from sessions as s
    where s.session is not null)
select s.session, first.sitting, last.sitting
from sessions as s,
lateral (
    select (held_on - date '1867-07-01') * 10000 + number as sitting from votes where session = s.session
    order by sitting limit 1) as first,
lateral (
    select (held_on - date '1867-07-01') * 10000 + number as sitting from votes where session = s.session
    order by sitting desc limit 1) as last;

-- name: with_ballots
-- A vote and its ballots as columns, in one snapshot.
select v.session, v.chamber, v.number, v.held_on, v.result, v.subject_en, v.subject_fr, v.bill, v.disputed, v.yeas, v.nays,
    v.paired, v.recorded_at, b.persons, b.positions, b.paired, b.caucuses, b.provinces
from votes as v, lateral (
    select array_agg(person_id) as persons, array_agg(position) as positions, array_agg(paired::int) as paired,
        array_agg(coalesce(caucus, '')) as caucuses, array_agg(coalesce(province, '')) as provinces
    from ballots where bucket = v.bucket and vote_id = v.vote_id) as b
where v.bucket = %s and v.vote_id = %s;

-- name: many_with_ballots
-- The same of several votes, each with its key first.
select v.key, v.session, v.chamber, v.number, v.held_on, v.result, v.subject_en, v.subject_fr, v.bill, v.disputed, v.yeas, v.nays,
    v.paired, v.recorded_at, b.persons, b.positions, b.paired, b.caucuses, b.provinces
from unnest(%s::smallint[], %s::uuid[]) as requested (bucket, vote_id)
join votes as v on v.bucket = requested.bucket and v.vote_id = requested.vote_id
cross join lateral (
    select array_agg(person_id) as persons, array_agg(position) as positions, array_agg(paired::int) as paired,
        array_agg(coalesce(caucus, '')) as caucuses, array_agg(coalesce(province, '')) as provinces
    from ballots where bucket = v.bucket and vote_id = v.vote_id) as b;
