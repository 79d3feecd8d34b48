-- An entity as it was. A vote comes without its ballots, which have a list of their own.
-- If the state of a revision is archived, its address is returned instead.

-- name: at_revision
select op, reason, coalesce((state - 'ballots')::text, archive || '#' || archive_row),
    revision, source, source_url, document_sha256, fetched_at, recorded_at, overrides::text
from change_log where entity = %(entity)s and key = %(key)s and revision = %(revision)s;

-- name: known_at
select op, reason, coalesce((state - 'ballots')::text, archive || '#' || archive_row),
    revision, source, source_url, document_sha256, fetched_at, recorded_at, overrides::text
from change_log where entity = %(entity)s and key = %(key)s and recorded_at <= %(known_at)s
order by revision desc limit 1;

-- name: withdrawn
select revision, reason, withdrawn_at from withdrawals where bucket = %s and entity = %s and key = %s;

-- name: archived_address
-- The address of the ballots of a vote's revision, if they are archived.
select archive || '#' || archive_row
from change_log where entity = 'vote' and key = %(key)s and revision = %(revision)s and archive is not null;

-- name: last_change_after
-- The log is partitioned into months by this instant, so that only later months are read.
select max(recorded_at) from change_log where entity = %(entity)s and recorded_at > %(at)s;
