-- name: seats
select coalesce(caucus, 'none'), count(*) from members where is_sitting group by 1;

-- name: lists
select
    (select count(*) from bill_list where live_to is null),
    (select count(*) from vote_list where live_to is null),
    (select count(*) from member_list where live_to is null);
