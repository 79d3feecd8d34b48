-- A member's ballots are read in the order of sittings. With that of the vote in their rows an index gives the order, so
-- a page costs the same however many there are; with the bucket in it, counting reads no row.
alter table ballots add column sitting integer not null default 0;
update ballots as b set sitting = (v.held_on - date '1867-07-01') * 10000 + v.number
from votes as v where v.bucket = b.bucket and v.vote_id = b.vote_id;
alter table ballots alter column sitting drop default;
create index ballots_by_person_and_sitting on ballots (person_id, sitting desc) include (bucket);
drop index ballots_by_person;
