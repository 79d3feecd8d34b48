-- An entity can be withdrawn: its last change says so and why, and a later one may bring it back. Rows that are there
-- already fit, so that they are not looked through.
alter table change_log drop constraint change_log_op_check;
alter table change_log add constraint change_log_op_check check (op in ('created', 'updated', 'withdrawn')) not valid;
alter table change_log add column reason text;

-- What is withdrawn now. It has no state row any more; from here its revisions go on, should it come back.
create table withdrawals (
    bucket smallint not null,
    entity text not null check (entity in ('bill', 'vote', 'member', 'session')),
    key text not null,
    revision integer not null check (revision > 1),
    reason text not null,
    withdrawn_at timestamptz not null default now(),
    primary key (bucket, entity, key)
);
