-- name: by_urls
select {columns} from documents where url = any(%(urls)s);

-- name: by_source
select {columns} from documents where source = %(source)s and (%(session)s::text is null or session = %(session)s);

-- name: record
-- Rows are sorted by address, so that two writers lock them in the same order. An address that is missing or broken now
-- keeps its stored bytes with their ETag and time.
insert into documents as d (url, source, session, outcome, reason, sha256, etag, last_modified, fetched_at, checked_at)
select * from unnest(
    %(url)s::text[], %(source)s::text[], %(session)s::text[], %(outcome)s::text[], %(reason)s::text[],
    %(sha256)s::text[], %(etag)s::text[], %(last_modified)s::text[], %(fetched_at)s::timestamptz[],
    %(checked_at)s::timestamptz[])
on conflict (url) do update set
    source = excluded.source,
    session = excluded.session,
    outcome = excluded.outcome,
    reason = excluded.reason,
    checked_at = excluded.checked_at,
    sha256 = case when excluded.outcome in ('changed', 'unchanged') then excluded.sha256 else d.sha256 end,
    etag = case when excluded.outcome in ('changed', 'unchanged') then excluded.etag else d.etag end,
    last_modified =
        case when excluded.outcome in ('changed', 'unchanged') then excluded.last_modified else d.last_modified end,
    fetched_at = case when excluded.outcome in ('changed', 'unchanged') then excluded.fetched_at else d.fetched_at end;

-- name: archive
insert into archived (sha256, url, bytes, headers, fetched_at)
select sha256, url, bytes, headers::jsonb, fetched_at
from unnest(
    %(sha256)s::text[], %(url)s::text[], %(size)s::bigint[], %(headers)s::text[], %(fetched_at)s::timestamptz[]
) as a (sha256, url, bytes, headers, fetched_at)
on conflict do nothing;

-- name: mark_loaded
-- Only if the bytes that were read are still the newest; the next load reads those that arrived meanwhile.
update documents as d set
    loaded_sha256 = d.sha256, loaded_fetched_at = d.fetched_at, loaded_by = %(loaded_by)s, loaded_at = now()
from unnest(%(urls)s::text[], %(digests)s::text[]) as read (url, sha256)
where d.url = read.url and d.sha256 = read.sha256
    and (d.loaded_sha256, d.loaded_by) is distinct from (d.sha256, %(loaded_by)s::text);

-- name: broken
select url, reason from documents where source = %(source)s and outcome = 'broken' order by url;
