-- name: by_id
select {columns}, revision, source, source_url, document_sha256, fetched_at, recorded_at, overrides::text
from votes where bucket = %s and vote_id = %s;

-- name: key_of
select key from votes where vote_id = %s;
