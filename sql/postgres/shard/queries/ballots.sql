-- name: copy_session_ballots
copy (
    select b.person_id, v.held_at, v.held_on, v.number, b.name, b.caucus, b.riding
    from votes as v join ballots as b using (bucket, vote_id)
    where v.session = {session} and v.bucket = any({owned})
) to stdout (format csv);

-- name: vote_keys
select key from votes where session = %(session)s and bucket = any(%(owned)s);

-- name: named_bills
-- The bills of one session that votes of any session name.
select distinct bill from votes where starts_with(bill, %(session)s || '/') and bucket = any(%(owned)s);

-- name: bill_sponsors
-- As named by Parliament: without editors' overrides, and without a PersonId that was found by name.
select key, case when sponsor_basis = 'legisinfo' then sponsor_person_id end, sponsor_name_en, sponsor_name_fr
from bills
where session = %(session)s and bucket = any(%(owned)s) and overrides is null
    and coalesce(sponsor_person_id::text, sponsor_name_en) is not null;

-- name: bill_keys
select key from bills where session = %(session)s and (provisional or not %(only_provisional)s)
    and bucket = any(%(owned)s);
