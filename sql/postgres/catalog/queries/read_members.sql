-- name: by_id
select
    {columns},
    coalesce(
        (select jsonb_agg(to_jsonb(s) - '{bucket,member_id}'::text[] order by s.from_on)
         from memberships as s where s.bucket = m.bucket and s.member_id = m.member_id), '[]'::jsonb)::text,
    revision, source, source_url, document_sha256, fetched_at, recorded_at, overrides::text
from members as m where bucket = %s and member_id = %s;

-- name: key_of
select key from members where member_id = %s;

-- name: roster
select person_id, name, offices::text,
    coalesce(
        (select jsonb_agg(to_jsonb(s) - '{bucket,member_id}'::text[] order by s.from_on)
         from memberships as s where s.bucket = m.bucket and s.member_id = m.member_id), '[]'::jsonb)::text
from members as m;

-- name: latest
-- When a member was last recorded, corrected or withdrawn.
select greatest(
    (select max(recorded_at) from members),
    (select max(recorded_at) from change_log where entity = 'member' and op = 'withdrawn'));

-- name: terms
-- Every membership with its member, by name.
select m.person_id, m.name, s.parliament, s.caucus, s.riding, s.province, s.from_on, s.to_on
from memberships as s join members as m on m.bucket = s.bucket and m.member_id = s.member_id
order by m.name, m.person_id, s.from_on;

-- name: terms_on
-- The memberships of a day.
select m.person_id, m.name, s.parliament, s.caucus, s.riding, s.province, s.from_on, s.to_on
from memberships as s join members as m on m.bucket = s.bucket and m.member_id = s.member_id
where s.from_on <= %(on)s and (s.to_on is null or %(on)s < s.to_on);
