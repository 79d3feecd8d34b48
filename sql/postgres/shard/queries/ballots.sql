-- name: copy_session_ballots
copy (
    select b.person_id, v.held_at, v.held_on, v.number, b.name, b.caucus, b.riding
    from votes as v join ballots as b using (bucket, vote_id)
    where v.session = {session} and v.bucket = any({owned})
) to stdout (format csv);

-- name: bill_keys
select key from bills where session = %(session)s and (provisional or not %(only_provisional)s)
    and bucket = any(%(owned)s);
