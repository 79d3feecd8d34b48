-- A member on both lists of a division has the position `both`: each list counts the ballot.
alter table ballots drop constraint ballots_position_check;
alter table ballots add constraint ballots_position_check
    check (position in ('yea', 'nay', 'both', 'abstain', 'paired', 'no_vote'));

-- A title that is a placeholder, or given twice with different texts, is null until Parliament publishes one.
alter table bills drop constraint bills_check;

-- The last reading a bill has passed, also where its date is not known.
alter table bills add column stage_reached text;
