-- Which overrides are in a revision, and where: null where it is as Parliament has it.
alter table change_log add column overrides jsonb;
