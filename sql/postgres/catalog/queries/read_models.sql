-- name: try_lead
-- The name of the lock is that of the first version, so that processes of two versions never lead at the same time.
select pg_try_advisory_lock(hashtext('openpolicy.sink'), hashtext(%(read_model)s));

-- name: lead
select pg_advisory_lock(hashtext('openpolicy.sink'), hashtext(%(read_model)s));

-- name: is_wanted
-- Whether another process waits for the lead. In this view the keys of advisory locks are unsigned.
select exists (
    select from pg_locks
    where locktype = 'advisory' and not granted and objsubid = 2
        and database = (select oid from pg_database where datname = current_database())
        and classid = (hashtext('openpolicy.sink')::bigint & 4294967295)::oid
        and objid = (hashtext(%(read_model)s)::bigint & 4294967295)::oid
);

-- name: positions
select log, xid::text::bigint, seq from projection_positions where projection = %(read_model)s;

-- name: save_position
-- Only forward: a process that was frozen and has lost the lead must not move it back.
insert into projection_positions as p (projection, log, xid, seq, applied)
values (%(read_model)s, %(log)s, %(xid)s::text::xid8, %(seq)s, %(applied)s)
on conflict (projection, log) do update
set xid = excluded.xid, seq = excluded.seq, applied = p.applied + excluded.applied, updated_at = now()
where (p.xid, p.seq) < (excluded.xid, excluded.seq);

-- name: moved
-- Only forward: two consumers of a group may write it.
insert into sink_moves as m (projection, moved_at) values (%(read_model)s, clock_timestamp())
on conflict (projection) do update set moved_at = greatest(excluded.moved_at, m.moved_at + interval '1 microsecond');

-- name: insert_dead_letter
insert into parked (projection, log, seq, entity, key, revision, reason)
values (%(read_model)s, %(log)s, %(seq)s, %(entity)s, %(key)s, %(revision)s, %(reason)s)
on conflict (projection, log, seq) do update set reason = excluded.reason, parked_at = now();

-- name: dead_letters
select projection, log, seq, entity, key, revision, reason, parked_at from parked order by parked_at, projection, log, seq;

-- name: settle
delete from parked where projection = %(read_model)s and log = %(log)s and seq = %(seq)s;

-- name: settle_all
delete from parked where projection = %(read_model)s;

-- name: all_positions
select projection, log, xid::text::bigint, seq from projection_positions order by projection, log;

-- name: count_dead_letters
select projection, count(*) from parked group by projection;
