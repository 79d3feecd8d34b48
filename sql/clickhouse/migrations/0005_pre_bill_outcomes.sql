-- What became of a bill, and the caucus of its sponsor at introduction. The view is made anew, for it names the columns
-- that were there when it was made.
alter table bills
    add column if not exists sponsor_basis LowCardinality(String) default '',
    add column if not exists sponsor_caucus LowCardinality(String) default '',
    add column if not exists outcome LowCardinality(String) default '',
    add column if not exists outcome_on Nullable(Date32) default null;

create or replace view current_bills as
select * from (select * from bills order by key, revision desc, batch desc limit 1 by key) where not is_withdrawn;
