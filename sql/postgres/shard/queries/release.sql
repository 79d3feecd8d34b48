-- The tables of a release that shards hold, of one session and of the buckets that the shard owns, and what tells whether
-- a session has changed: a sum over its rows, which is the same wherever its buckets are.

-- name: fingerprints
select 'bills' as root, session, count(*), sum(hashtextextended(concat_ws(' ', key, revision, recorded_at, encode(content_hash, 'hex')), 0))::text
from bills where bucket = any(%(owned)s) group by session
union all
select 'votes', session, count(*), sum(hashtextextended(concat_ws(' ', key, revision, recorded_at, encode(content_hash, 'hex')), 0))::text
from votes where bucket = any(%(owned)s) group by session;

-- name: bills
select
    key as bill, session, number, chamber, type, title_en, title_fr, short_title_en, short_title_fr, summary_en, summary_fr,
    status, status_en, status_fr, stage_reached, outcome, outcome_on, outcome_rule, reinstated_as, is_reinstated,
    sponsor_person_id, sponsor_name_en, sponsor_name_fr, sponsor_basis, sponsor_caucus, introduced_on,
    passed_house_first_on, passed_house_second_on, passed_house_third_on,
    passed_senate_first_on, passed_senate_second_on, passed_senate_third_on, royal_assent_on,
    latest_activity_on, latest_activity_en, latest_activity_fr, statute_year, statute_chapter, legisinfo_id, provisional,
    revision, recorded_at, source_url, document_sha256
from bills where bucket = any(%(owned)s) and session = %(session)s;

-- name: stages
select
    b.key as bill, b.session, s.ordinal, s.chamber, s.stage, s.stage_en, s.stage_fr, s.state, s.state_en, s.state_fr,
    s.state_on, s.committee_en, s.committee_fr, s.division_number, s.decision
from bills as b join bill_stages as s on s.bucket = b.bucket and s.bill_id = b.bill_id
where b.bucket = any(%(owned)s) and b.session = %(session)s;

-- name: votes
select
    key as vote, session, chamber, number, held_on, held_at, held_at_local, subject_en, subject_fr,
    result, result_en, result_fr, bill, document_type_en, document_type_fr, yeas, nays, paired,
    counted_yeas, counted_nays, counted_paired, disputed, revision, recorded_at, source_url, document_sha256
from votes where bucket = any(%(owned)s) and session = %(session)s;

-- name: ballots
select
    v.key as vote, v.session, v.chamber, v.number, v.held_on,
    b.person_id, b.name, b.position, b.paired, b.caucus, b.riding, b.province
from votes as v join ballots as b on b.bucket = v.bucket and b.vote_id = v.vote_id
where v.bucket = any(%(owned)s) and v.session = %(session)s;
