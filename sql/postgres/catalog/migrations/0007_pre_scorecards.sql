-- Scorecards that callers brought: which divisions, in which direction, with which weight. Immutable, and found by the
-- hash of what they say, so the same card has the same address whoever brings it.
create table scorecards (
    hash text primary key check (hash ~ '^[0-9a-f]{64}$'),
    content bytea not null check (octet_length(content) <= 65536),
    made_at timestamptz not null default now()
);
