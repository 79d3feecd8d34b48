-- Entities out of the list tables, as they were at one version: consistent with every page of that version.

-- name: at_version
select key, state::text, provenance::text, revision, recorded_at
from {table}
where key = any(%(keys)s) and live_from <= %(version)s and (live_to is null or live_to > %(version)s);

-- name: latest
-- When one of a kind was last recorded, corrected or withdrawn, as far as a version has it.
select max(recorded_at) from {table} where live_from <= %(version)s;

-- name: latest_of_session
select max(recorded_at) from {table} where live_from <= %(version)s and session = %(session)s;

-- name: kept_versions
select coalesce(min(version), 0), coalesce(max(version), 0) from list_versions;
