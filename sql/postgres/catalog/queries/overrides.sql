-- name: keep_still
-- Loads merge overrides into what they store; no override may be made or removed meanwhile.
select pg_advisory_xact_lock_shared(hashtext('openpolicy.overrides'));

-- name: change
select pg_advisory_xact_lock(hashtext('openpolicy.overrides'));

-- name: active
select {columns} from overrides where state = 'active' order by made_at, override_id;

-- name: of_entity
select {columns} from overrides where entity = %(entity)s and key = %(key)s order by made_at, override_id;

-- name: unfinished
select {columns} from overrides where pending order by made_at, override_id;

-- name: is_due
select exists (select from overrides where pending or (state = 'active' and expires_at <= now()));

-- name: active_or_settled
select {columns} from overrides where state in ('active', 'settled') order by made_at, override_id;

-- name: by_id
select {columns} from overrides where override_id = %(id)s;

-- name: newest
select {columns} from overrides
where (%(states)s::text[] is null or state = any(%(states)s))
    and (%(key)s::text is null or key = %(key)s)
order by made_at desc, override_id
limit %(limit)s;

-- name: add
insert into overrides
    (override_id, entity, key, field, value, old_value, upstream_value, author, reason, made_at, expires_at, state,
     changed_at, withdraws, document_sha256, pending)
values (%(id)s, %(entity)s, %(key)s, %(field)s, %(value)s::jsonb, %(old_value)s::jsonb, %(upstream_value)s::jsonb,
    %(author)s, %(reason)s, %(made_at)s, %(expires_at)s, %(state)s, %(changed_at)s, %(withdraws)s,
    %(document_sha256)s, %(pending)s);

-- name: expire
-- Past their expiry: the entity gets the values from upstream again.
update overrides set state = 'expired', changed_at = now(), pending = true
where state = 'active' and expires_at <= now();

-- name: end
-- An expired one is no longer in its entity; only its finding is left to remove.
update overrides set state = 'removed', changed_at = now(), pending = pending or state = 'active'
where override_id = %(id)s and state <> 'removed';

-- name: finish
update overrides set pending = false where override_id = any(%(ids)s::uuid[]) and pending;

-- name: note
-- Upstream's present values, and which overrides it agrees with.
update overrides as o set
    upstream_value = n.upstream_value::jsonb,
    state = case when n.settled then 'settled' else o.state end,
    changed_at = case when n.settled then now() else o.changed_at end,
    pending = o.pending and not n.settled
from unnest(%(ids)s::uuid[], %(values)s::text[], %(settled)s::boolean[]) as n (override_id, upstream_value, settled)
where o.override_id = n.override_id and o.state = 'active'
    and (n.settled or o.upstream_value is distinct from n.upstream_value::jsonb);
