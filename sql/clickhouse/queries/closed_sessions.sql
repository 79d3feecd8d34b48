-- name: counted
-- What the figures of a session are counted from: rows are only added, and no two states have both numbers.
select
    (select (count(), max(batch)) from votes where session = {session:String}) as votes,
    (select (count(), max(batch)) from bills where session = {session:String}) as bills,
    (select (count(), max(batch)) from sessions where key = {session:String}) as sessions,
    (select (count(), max(batch)) from members) as members;
