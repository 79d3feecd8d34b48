-- The last reading a bill has passed, also where its date is not known. A view has the columns its table had when it was
-- made, so it is made again.

alter table bills add column if not exists stage_reached LowCardinality(String);

create or replace view current_bills as
select * from (select * from bills order by key, revision desc, batch desc limit 1 by key) where not is_withdrawn;
