-- The ballots of a session are found among those of a member by the sittings that its votes begin and end with.
create index votes_by_session_and_sitting on votes (session, ((held_on - date '1867-07-01') * 10000 + number));
drop index votes_by_session;
