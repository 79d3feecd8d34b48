-- The migration of petitions, in every shard and in the catalog.
alter table change_log drop constraint change_log_entity_check;
alter table change_log add constraint change_log_entity_check
    check (entity in ('bill', 'vote', 'member', 'session', 'petition'));
alter table withdrawals drop constraint withdrawals_entity_check;
alter table withdrawals add constraint withdrawals_entity_check
    check (entity in ('bill', 'vote', 'member', 'session', 'petition'));
