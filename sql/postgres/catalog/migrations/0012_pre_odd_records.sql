-- Votes in the order of sittings: by sitting day, and within it by division number.
create index vote_list_by_sitting on vote_list (((held_on - date '1867-07-01') * 10000 + number) desc, key)
    where live_to is null;
drop index vote_list_by_time;

-- What a bill has passed: the last reading, all of them in order, and how many that are; and whether it was reinstated.
alter table bill_list
    add column stage_reached text,
    add column passed text[],
    add column stage_order smallint,
    add column is_reinstated boolean;
