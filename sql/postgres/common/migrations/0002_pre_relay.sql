-- How far the relay has published this database's change log. It is kept beside the log, so that a copy or a backup of
-- the one never comes without the other.
create table relay_positions (
    log text primary key,
    -- Raised by each new leader. Whoever saves with an older one is refused: it lost the lead while it was frozen.
    epoch bigint not null,
    xid xid8 not null default '0',
    seq bigint not null default 0,
    published bigint not null default 0,
    updated_at timestamptz not null default now()
);
