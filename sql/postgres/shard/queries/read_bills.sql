-- name: by_id
select {columns}, revision, source, source_url, document_sha256, fetched_at, recorded_at, overrides::text
from bills where bucket = %s and bill_id = %s;

-- name: stages
select {stages} from bill_stages where bucket = %s and bill_id = %s order by ordinal;

-- name: key_of
select key from bills where bill_id = %s;
