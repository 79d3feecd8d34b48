-- name: lead
-- One writer of the list tables at a time over all processes; the lock ends with the transaction.
select pg_advisory_xact_lock(hashtext('openpolicy.project.lists'));

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

-- name: unstage
drop table {incoming};

-- name: oldest_kept
-- Old versions are kept for 400 days, for requests with `known_at`. Paging through one is possible for a day; cursors
-- into older versions have expired (`list_window`).
select coalesce(min(version), 0) from list_versions where made_at > now() - interval '400 days';

-- name: forget_rows
-- The row of a withdrawn entity was never live. It is kept because it tells which changes are older than the withdrawal.
delete from {table} where live_to <= %(oldest)s and live_from < live_to;

-- name: forget_versions
delete from list_versions
where version < %(oldest)s and version < (select max(version) from list_versions);

-- name: stage_newest
-- If an entity is in two logs, because its bucket was moved, keep the newest row.
delete from {incoming} as i using {incoming} as other
where i.key = other.key and (i.revision, i.ctid) < (other.revision, other.ctid);

-- name: keep_lives
-- An unchanged row stays part of the versions that it was part of.
update {incoming} as i set live_from = kept.live_from
from {table} as kept
where kept.key = i.key and kept.revision = i.revision and kept.live_to is null and i.live_to is null;

-- name: drop_untrue
-- Remove rows that no log has, and rows that are newer than their log.
delete from {table} as kept
where not exists (select from {incoming} as i where i.key = kept.key and i.revision > kept.revision);

-- name: close_all
update {table} set live_to = %(version)s where live_to is null;

-- name: current
select key, revision from {table} where live_to is null;
