-- Most lists are asked for by session. Without these a page and its count each read the whole table.
create index bill_list_by_session on bill_list (session) where live_to is null;
create index vote_list_by_session on vote_list (session) where live_to is null;
