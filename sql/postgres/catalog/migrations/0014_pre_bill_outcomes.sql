-- What became of a bill, and the caucus of its sponsor at introduction. Rows made before have none of it until their
-- bill is stored again.
alter table bill_list
    add column outcome text,
    add column outcome_on date,
    add column died_on date,
    add column sponsor_caucus text,
    add column sponsor_changed boolean;
create index bill_list_by_outcome on bill_list (outcome, outcome_on desc, key) where live_to is null;
