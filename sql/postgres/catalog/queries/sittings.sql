-- What happened on a sitting day, out of the lists as they are now.

-- name: votes_of_day
select key, number, held_at, subject_en, subject_fr, result, bill
from vote_list where live_to is null and chamber = %(chamber)s and held_on = %(on)s order by number;

-- name: readings_of_day
select bill, title_en, title_fr, place from readings where chamber = %(chamber)s and sitting_on = %(on)s
order by session_order, number_order, bill, place;

-- name: assents_of_day
select key, title_en, title_fr from bill_list where live_to is null and royal_assent_on = %(on)s
order by session_order, number_order, key;
