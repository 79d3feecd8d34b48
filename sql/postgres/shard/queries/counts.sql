-- name: bill_statuses
select coalesce(status, 'unknown'), count(*) from bills
where session = %(session)s and bucket = any(%(owned)s) group by 1;

-- name: vote_months
select to_char(held_on, 'YYYY-MM'), result, count(*) from votes
where session = %(session)s and bucket = any(%(owned)s) group by 1, 2;
