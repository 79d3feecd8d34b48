-- Changes that a projection which reads the change logs itself can never take: kept with the reason, so that it goes on.
-- The change itself stays where it is, in its log; what was parked can be applied again once the reason is gone.
create table parked (
    projection text not null,
    log text not null,
    seq bigint not null,
    entity text not null,
    key text not null,
    revision integer not null,
    reason text not null,
    parked_at timestamptz not null default now(),
    primary key (projection, log, seq)
);
