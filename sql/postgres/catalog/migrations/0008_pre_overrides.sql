-- Which overrides are in a row, and where. It says where a value is from, so it is no part of the state.
alter table members add column overrides jsonb;
alter table sessions add column overrides jsonb;

create or replace view member_states as
select
    m.bucket, m.member_id, m.key, m.revision,
    to_jsonb(m) - '{bucket,member_id,content_hash,revision,source,source_url,document_sha256,fetched_at,recorded_at,overrides}'::text[]
    || jsonb_build_object('memberships', coalesce(
        (select jsonb_agg(to_jsonb(s) - '{bucket,member_id}'::text[] order by s.from_on)
         from memberships as s where s.bucket = m.bucket and s.member_id = m.member_id), '[]'::jsonb)) as state
from members as m;

create or replace view session_states as
select
    s.bucket, s.session_id, s.key, s.revision,
    to_jsonb(s) - '{bucket,session_id,content_hash,revision,source,source_url,document_sha256,fetched_at,recorded_at,overrides}'::text[] as state
from sessions as s;

-- Editors' corrections: one value of one entity, or its withdrawal, until upstream says it too, an editor removes it,
-- or it expires. Values are JSON; what upstream said when it was made stays beside what it says now.
create table overrides (
    override_id uuid primary key,
    entity text not null check (entity in ('bill', 'vote', 'member', 'session')),
    key text not null,
    field text not null,
    value jsonb not null,
    old_value jsonb not null,
    upstream_value jsonb not null,
    author text not null,
    reason text not null,
    made_at timestamptz not null,
    expires_at timestamptz check (expires_at > made_at),
    state text not null check (state in ('active', 'expired', 'settled', 'removed')),
    changed_at timestamptz not null,
    withdraws boolean not null,
    document_sha256 text not null,
    -- The entity does not show yet what this row says: whoever comes next makes it so.
    pending boolean not null,
    check (withdraws = (field = ''))
);
create unique index overrides_active on overrides (entity, key, field) where state = 'active';
create index overrides_pending on overrides (override_id) where pending;
create index overrides_by_time on overrides (made_at desc, override_id);
