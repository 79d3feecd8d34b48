-- How close a vote was, what a yea in it means, and which caucuses split. Rows made before have none of it until their
-- vote is read again or the lists are rebuilt.
alter table vote_list
    add column margin integer,
    add column closeness double precision,
    add column kind text,
    add column yea_means text,
    add column split_caucuses text[],
    add column largest_split integer;
create index vote_list_by_closeness on vote_list (closeness, key) where live_to is null;
