-- name: try_lead
select pg_try_advisory_lock(hashtext('openpolicy.sink'), hashtext(%(sink)s));

-- name: lead
select pg_advisory_lock(hashtext('openpolicy.sink'), hashtext(%(sink)s));

-- name: is_wanted
-- Whether somebody waits for the lead. Keys of advisory locks are unsigned in this view.
select exists (
    select from pg_locks
    where locktype = 'advisory' and not granted and objsubid = 2
        and database = (select oid from pg_database where datname = current_database())
        and classid = (hashtext('openpolicy.sink')::bigint & 4294967295)::oid
        and objid = (hashtext(%(sink)s)::bigint & 4294967295)::oid
);

-- name: positions
select log, xid::text::bigint, seq from projection_positions where projection = %(sink)s;

-- name: save_position
-- Only ever forward: whoever was frozen and lost the lead must not turn it back.
insert into projection_positions as p (projection, log, xid, seq, applied)
values (%(sink)s, %(log)s, %(xid)s::text::xid8, %(seq)s, %(applied)s)
on conflict (projection, log) do update
set xid = excluded.xid, seq = excluded.seq, applied = p.applied + excluded.applied, updated_at = now()
where (p.xid, p.seq) < (excluded.xid, excluded.seq);

-- name: moved
-- Only ever forward: two members of a group may be at it.
insert into sink_moves as m (projection, moved_at) values (%(sink)s, clock_timestamp())
on conflict (projection) do update set moved_at = greatest(excluded.moved_at, m.moved_at + interval '1 microsecond');

-- name: park
insert into parked (projection, log, seq, entity, key, revision, reason)
values (%(sink)s, %(log)s, %(seq)s, %(entity)s, %(key)s, %(revision)s, %(reason)s)
on conflict (projection, log, seq) do update set reason = excluded.reason, parked_at = now();

-- name: parked
select projection, log, seq, entity, key, revision, reason, parked_at from parked order by parked_at, projection, log, seq;

-- name: settle
delete from parked where projection = %(sink)s and log = %(log)s and seq = %(seq)s;

-- name: settle_all
delete from parked where projection = %(sink)s;

-- name: all_positions
select projection, log, xid::text::bigint, seq from projection_positions order by projection, log;

-- name: count_parked
select projection, count(*) from parked group by projection;
