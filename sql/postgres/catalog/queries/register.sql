-- name: upsert_findings
insert into findings as f (finding_id, scope, rule, entity, key, message, document_sha256)
select * from unnest(%(ids)s::uuid[], %(scopes)s::text[], %(rules)s::text[], %(entities)s::text[], %(keys)s::text[],
                     %(messages)s::text[], %(documents)s::text[])
on conflict (finding_id) do update
set message = excluded.message, document_sha256 = excluded.document_sha256, last_seen_at = now(), resolved_at = null;

-- name: resolve_findings
update findings set resolved_at = now()
where scope = %(scope)s and resolved_at is null and not finding_id = any(%(ids)s::uuid[])
  and not key = any(%(kept)s::text[]);

-- name: upsert_quarantine
insert into quarantine as q (quarantine_id, scope, source, session, url, document_sha256, record_key, reason, record)
select * from unnest(%(ids)s::uuid[], %(scopes)s::text[], %(sources)s::text[], %(sessions)s::text[],
                     %(urls)s::text[], %(documents)s::text[], %(keys)s::text[], %(reasons)s::text[], %(records)s::text[])
on conflict (quarantine_id) do update
set document_sha256 = excluded.document_sha256, record = excluded.record, last_seen_at = now(), resolved_at = null;

-- name: resolve_quarantine
update quarantine set resolved_at = now()
where scope = %(scope)s and resolved_at is null and not quarantine_id = any(%(ids)s::uuid[])
  and not url = any(%(kept)s::text[]);

-- name: heal_quarantine
-- Fixed upstream: the newest bytes differ from the quarantined ones, and are loaded.
update quarantine as q set resolved_at = now()
from documents as d
where q.scope = %(scope)s and q.resolved_at is null and d.url = q.url
  and d.sha256 = d.loaded_sha256 and q.document_sha256 <> d.sha256;

-- name: record_load
insert into loads (source, session, loaded_at, records, changed, quarantined, checks, inputs)
values (%(source)s, %(session)s, now(), %(records)s, %(changed)s, %(quarantined)s, %(checks)s::jsonb, %(inputs)s)
on conflict (source, session) do update
set loaded_at = now(), records = excluded.records, changed = excluded.changed, quarantined = excluded.quarantined,
    checks = excluded.checks, inputs = excluded.inputs;

-- name: last_load
select records, checks, inputs from loads where source = %(source)s and session = %(session)s;

-- name: open_counts
select
    (select count(*) from findings where scope = %(scope)s and resolved_at is null),
    (select count(*) from quarantine where scope = %(scope)s and resolved_at is null);

-- name: dataset
select kind from dataset;

-- name: claim_dataset
insert into dataset (kind) values (%(kind)s) on conflict (one) do nothing;

-- name: shard_map
select shard, version from shard_map order by bucket;

-- name: loads_of
select session, records, checks, inputs from loads where source = %(source)s order by session;

-- name: open_findings
select rule, count(*), (array_agg(key order by key))[1:5], min(message)
from findings where scope = any(%(scopes)s::text[]) and resolved_at is null group by rule order by rule;

-- name: open_quarantine
select url, record_key, reason from quarantine
where scope = %(scope)s and resolved_at is null order by url, record_key limit 20;
