-- name: by_id
select {columns}, revision, source, source_url, document_sha256, fetched_at, recorded_at, overrides::text
from bills where bucket = %s and bill_id = %s;

-- name: stages
select {stages} from bill_stages where bucket = %s and bill_id = %s order by ordinal;

-- name: key_of
select key from bills where bill_id = %s;

-- name: every
-- Whole bills with their provenance, of one Parliament or of all.
select s.state::text, t.source, t.source_url, t.document_sha256, t.fetched_at, t.overrides::text
from bills as t join bill_states as s on s.bucket = t.bucket and s.bill_id = t.bill_id
where t.bucket = any(%(owned)s)
    and (%(parliament)s::integer is null or split_part(t.session, '-', 1)::integer = %(parliament)s);
