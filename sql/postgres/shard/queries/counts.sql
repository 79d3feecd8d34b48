-- name: bill_statuses
select coalesce(status, 'unknown'), count(*) from bills
where session = %(session)s and bucket = any(%(owned)s) group by 1;

-- name: vote_months
select to_char(held_on, 'YYYY-MM'), result, count(*) from votes
where session = %(session)s and bucket = any(%(owned)s) group by 1, 2;

-- name: vote_totals
-- Compared with `totals` of the facts: votes and ballots of every session, the sums of the announced totals, and of the
-- first four bytes of each ballot's hash.
select session, count(*), sum(ballots), sum(yeas), sum(nays), sum(checksum)
from (
    select
        v.session, coalesce(v.yeas, 0) as yeas, coalesce(v.nays, 0) as nays, count(b.person_id) as ballots,
        coalesce(sum(('x' || left(md5(concat_ws(
            '|', v.key, b.person_id, b.position, b.paired::integer, b.name, coalesce(b.riding, '')
        )), 8))::bit(32)::bigint) filter (where b.person_id is not null), 0) as checksum
    from votes as v left join ballots as b using (bucket, vote_id)
    where v.bucket = any(%(owned)s) and v.key = any(%(keys)s)
    group by v.bucket, v.vote_id) as counted
group by session;
