-- name: current
-- One entity as it is, in the shape the change log has, with where it is from.
select
    s.state::text, t.source, t.source_url, t.document_sha256, t.fetched_at, t.overrides::text
from {table} as t join {states} as s on s.bucket = t.bucket and s.{id} = t.{id}
where t.bucket = %(bucket)s and t.{id} = %(id)s;
