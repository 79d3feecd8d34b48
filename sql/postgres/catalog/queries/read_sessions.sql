-- name: by_id
select {columns}, revision, source, source_url, document_sha256, fetched_at, recorded_at, overrides::text
from sessions where bucket = %s and session_id = %s;

-- name: key_of
select key from sessions where session_id = %s;
