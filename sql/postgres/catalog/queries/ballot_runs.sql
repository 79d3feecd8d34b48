-- name: delete_session
delete from ballot_runs where session = %(session)s;

-- name: copy_in
copy ballot_runs
    (session, person_id, first_on, last_on, first_number, last_number, name, caucus, riding) from stdin;

-- name: all
select session, person_id, first_on, last_on, first_number, last_number, name, caucus, riding
from ballot_runs order by session, person_id, first_number;

-- name: digest
select coalesce(md5(string_agg(r::text, ',' order by session, person_id, first_number)), '') from ballot_runs as r;

-- name: sessions
select
    key, parliament, number, name_en, name_fr, opened_on, closed_on, is_current
from sessions order by parliament, number;
