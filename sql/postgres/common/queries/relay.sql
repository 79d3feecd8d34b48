-- A relay leads for as long as its session holds the lock. `idle_session_timeout` ends the session of a frozen leader;
-- once it runs again, its writes are refused because of their old epoch.

-- name: try_lead
select pg_try_advisory_lock(hashtext('openpolicy.relay.' || %(log)s));

-- name: next_epoch
insert into relay_positions as p (log, epoch) values (%(log)s, 1)
on conflict (log) do update set epoch = p.epoch + 1, updated_at = now()
returning epoch, xid::text::bigint, seq;

-- name: save
update relay_positions
set xid = %(xid)s::text::xid8, seq = %(seq)s, published = published + %(published)s, updated_at = now()
where log = %(log)s and epoch = %(epoch)s and (xid, seq) < (%(xid)s::text::xid8, %(seq)s);

-- name: is_leader
select exists (select from relay_positions where log = %(log)s and epoch = %(epoch)s);

-- name: position
select xid::text::bigint, seq, published from relay_positions where log = %(log)s;
