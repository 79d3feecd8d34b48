-- name: try_lead
-- One projector at a time, in whatever process: the lock ends with the transaction, also when its process is killed.
select pg_try_advisory_xact_lock(hashtext('openpolicy.project.lists'));

-- name: lead
-- The same lock, waited for: consumers of one group take turns.
select pg_advisory_xact_lock(hashtext('openpolicy.project.lists'));

-- name: positions
select log, xid::text::bigint, seq from projection_positions where projection = %(projection)s;

-- name: save_position
insert into projection_positions as p (projection, log, xid, seq, applied)
values (%(projection)s, %(log)s, %(xid)s::text::xid8, %(seq)s, %(applied)s)
on conflict (projection, log) do update
set xid = excluded.xid, seq = excluded.seq, applied = p.applied + excluded.applied, updated_at = now();

-- name: next_version
insert into list_versions (version) values (nextval('list_version_seq')) returning version;

-- name: stage
create temporary table {incoming} (like {table}) on commit drop;

-- name: drop_applied
delete from {incoming} as i using {table} as kept where kept.key = i.key and kept.revision >= i.revision;

-- name: close_replaced
update {table} as kept set live_to = %(version)s
from {incoming} as i where kept.key = i.key and kept.live_to is null;

-- name: insert_new
insert into {table} select * from {incoming};

-- name: forget
-- Old versions are kept for a day, so that a walk begun yesterday still ends; a cursor into an older one has expired.
with kept as (select coalesce(min(version), 0) as oldest from list_versions where made_at > now() - interval '24 hours'),
     bills as (delete from bill_list using kept where live_to <= oldest),
     votes as (delete from vote_list using kept where live_to <= oldest),
     members as (delete from member_list using kept where live_to <= oldest)
delete from list_versions using kept
where version < oldest and version < (select max(version) from list_versions);
