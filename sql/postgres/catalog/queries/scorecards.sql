-- name: store
-- Nothing happens when the card is known, or when there are as many as may be.
insert into scorecards (hash, content)
select %(hash)s, %(content)s where (select count(*) from scorecards) < %(most)s
on conflict (hash) do nothing
returning hash;

-- name: by_hash
select content from scorecards where hash = %s;
