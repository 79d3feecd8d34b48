-- Entities out of the list tables, as they were at one version: consistent with every page of that version.

-- name: at_version
select key, state::text, provenance::text, revision, recorded_at
from {table}
where key = any(%(keys)s) and live_from <= %(version)s and (live_to is null or live_to > %(version)s);

-- name: latest
-- When one of a kind was last recorded, corrected or withdrawn, as far as a version has it.
select max(recorded_at) from {table} where live_from <= %(version)s;

-- name: latest_of_session
select max(recorded_at) from {table} where live_from <= %(version)s and session = %(session)s;

-- name: kept_versions
select coalesce(min(version), 0), coalesce(max(version), 0) from list_versions;

-- name: votes_of_bills
-- The latest votes on each of some bills, and how many there are on it.
select bill, total, key, state::text, provenance::text, revision, recorded_at
from (
    select v.*, count(*) over (partition by bill) as total,
        row_number() over (partition by bill order by (held_on - date '1867-07-01') * 10000 + number desc, key) as place
    from vote_list as v
    where bill = any(%(keys)s) and live_from <= %(version)s and (live_to is null or live_to > %(version)s)) as ranked
where place <= %(most)s
order by bill, place;

-- name: bills_of_sponsors
-- The newest bills of each of some sponsors, by PersonId, and how many there are.
select sponsor_person_id::text, total, key, state::text, provenance::text, revision, recorded_at
from (
    select b.*, count(*) over (partition by sponsor_person_id) as total,
        row_number() over (partition by sponsor_person_id order by session_order desc, number_order, key) as place
    from bill_list as b
    where sponsor_person_id = any(%(keys)s::integer[]) and live_from <= %(version)s
        and (live_to is null or live_to > %(version)s)) as ranked
where place <= %(most)s
order by sponsor_person_id, place;
