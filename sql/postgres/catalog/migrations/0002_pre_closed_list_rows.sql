-- The rows of an older version that have been replaced since: few, and looked for by every read of a list. Without
-- these, half the cost of a page is a scan that finds nothing.
create index bill_list_closed on bill_list (live_to) where live_to is not null;
create index vote_list_closed on vote_list (live_to) where live_to is not null;
create index member_list_closed on member_list (live_to) where live_to is not null;
