-- The tables of a release that the catalog holds, and what tells whether they have changed.

-- name: lock
select pg_try_advisory_xact_lock(hashtext('release'), 0);

-- name: dataset
select kind from dataset;

-- name: fingerprints
select 'sessions' as root, count(*), sum(hashtextextended(concat_ws(' ', key, revision, recorded_at, encode(content_hash, 'hex')), 0))::text
from sessions
union all
select 'members', count(*), sum(hashtextextended(concat_ws(' ', key, revision, recorded_at, encode(content_hash, 'hex')), 0))::text
from members
union all
select 'findings', count(*), sum(hashtextextended(concat_ws(' ', finding_id, rule, entity, key, message, first_seen_at), 0))::text
from findings where resolved_at is null;

-- name: sessions
select
    key as session, parliament, number, name_en, name_fr, opened_on, closed_on,
    revision, recorded_at, source_url, document_sha256
from sessions;

-- name: members
select
    person_id, name, honorific, caucus, riding, riding_fr, province, is_sitting,
    revision, recorded_at, source_url, document_sha256
from members;

-- name: terms
select m.person_id, t.parliament, t.caucus, t.riding, t.province, t.from_on, t.to_on, t.source, t.end_source
from members as m join memberships as t on t.bucket = m.bucket and t.member_id = m.member_id;

-- name: offices
select m.person_id, o.office, o.title_en, o.title_fr, o.in_cabinet, o.from_on, o.to_on
from members as m, jsonb_to_recordset(m.offices) as o(
    office text, title_en text, title_fr text, in_cabinet boolean, from_on date, to_on date
);

-- name: findings
select finding_id as finding, rule, entity, key, message, document_sha256, first_seen_at
from findings where resolved_at is null;
