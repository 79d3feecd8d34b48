-- name: lock
-- Only one process stores a card at a time, so that the counts are true until the commit.
select pg_advisory_xact_lock(hashtext('openpolicy.scorecards'));

-- name: expire
delete from scorecards where hash in (
    select hash from scorecards where read_at < now() - %(unread_for)s::interval order by read_at limit 100);

-- name: touch
update scorecards set read_at = now() where hash = %(hash)s returning hash;

-- name: counts
select (select count(*) from scorecards), (select count(*) from scorecards where caller = %(caller)s);

-- name: store
insert into scorecards (hash, content, caller) values (%(hash)s, %(content)s, %(caller)s);

-- name: by_hash
-- Only one reading a day is recorded.
select content, read_at < now() - interval '1 day' from scorecards where hash = %(hash)s;
