-- Ballots counted by vote, caucus and position, which the engine keeps within each part of the table: whatever is
-- inserted, merged or deleted there is counted in the same step. A query of all history reads these rows instead of forty
-- times as many ballots, without naming them. Words of ballots repeat thousands of times: each is kept once a part.

alter table ballots
    modify column vote_key LowCardinality(String),
    modify column name LowCardinality(String),
    modify column riding LowCardinality(String)
settings mutations_sync = 1, alter_sync = 1;

alter table ballots add projection if not exists by_caucus (
    select session, chamber, number, batch, caucus, position, count()
    group by session, chamber, number, batch, caucus, position);

alter table ballots materialize projection by_caucus settings mutations_sync = 1;
