-- An entity as it was. A vote comes without its ballots: they are listed apart.

-- name: at_revision
select op, reason, (state - 'ballots')::text, revision, source, source_url, document_sha256, fetched_at, recorded_at, overrides::text
from change_log where entity = %(entity)s and key = %(key)s and revision = %(revision)s;

-- name: known_at
select op, reason, (state - 'ballots')::text, revision, source, source_url, document_sha256, fetched_at, recorded_at, overrides::text
from change_log where entity = %(entity)s and key = %(key)s and recorded_at <= %(known_at)s
order by revision desc limit 1;

-- name: withdrawn
select revision, reason, withdrawn_at from withdrawals where bucket = %s and entity = %s and key = %s;
