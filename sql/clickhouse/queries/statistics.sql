-- What statistics are counted from. Positions are numbers as in `warehouse.statistics.formulas`, 0 for no recorded vote.
-- Ballots are joined to their vote by its batch, so that a vote corrected between two reads shows.

-- name: votes_of_session
select key, session, chamber, number, held_on, result, subject_en, subject_fr, bill, bill_type, kind, disputed, yeas, nays, paired,
    batch, recorded_at
from current_votes
where ({session:String} = 'all' or session = {session:String}) and chamber = {chamber:String}
order by parliament, session, number;

-- name: votes_by_key
-- The view's rule, on the few rows of these votes alone.
select key, session, chamber, number, held_on, result, subject_en, subject_fr, bill, bill_type, kind, disputed, yeas, nays,
    paired, batch, recorded_at
from (
    select * from votes where (session, chamber, number) in {votes:Array(Tuple(String, String, UInt32))}
    order by key, revision desc, batch desc limit 1 by key)
where not is_withdrawn;

-- name: ballots_of_session
select batch, person_id, transform(position, ['yea', 'nay', 'abstain', 'paired'], [1, 2, 3, 4], 0) as position,
    paired, caucus, province, side
from current_ballots
where session = {session:String} and chamber = {chamber:String}
settings output_format_arrow_low_cardinality_as_dictionary = 1;

-- name: ballots_by_key
select batch, person_id, transform(position, ['yea', 'nay', 'abstain', 'paired'], [1, 2, 3, 4], 0) as position,
    paired, caucus, province, side
from ballots
where (session, chamber, number) in {votes:Array(Tuple(String, String, UInt32))} and batch in (
    select batch from votes where (session, chamber, number) in {votes:Array(Tuple(String, String, UInt32))}
    order by key, revision desc, batch desc limit 1 by key)
settings output_format_arrow_low_cardinality_as_dictionary = 1;

-- name: tallies
-- Members by position, caucus and vote; who was in the Chair is counted apart.
with person_id in {chairs:Array(UInt32)} and arrayExists(
        (chair, from_on, to_on) -> person_id = chair and held_on >= from_on and held_on < to_on,
        {chairs:Array(UInt32)}, {chairs_from:Array(Date32)}, {chairs_to:Array(Date32)}) as presiding
select batch, caucus,
    countIf(position = 'yea' and not presiding) as yea, countIf(position = 'nay' and not presiding) as nay,
    countIf(position = 'abstain' and not presiding) as abstain,
    countIf(position = 'paired' and not presiding) as paired, countIf(presiding) as casting
from current_ballots
where ({session:String} = 'all' or session = {session:String}) and chamber = {chamber:String}
group by batch, caucus;

-- name: seats_of_parliament
select person_id, caucus, province, from_on, to_on
from current_memberships
where parliament in {parliaments:Array(UInt16)};

-- name: seats_on
select caucus, province, uniqExact(person_id)
from current_memberships
where from_on <= {on:Date32} and (to_on is null or to_on > {on:Date32})
group by caucus, province;

-- name: members_by_id
select person_id, name from current_members where person_id in {persons:Array(UInt32)};

-- name: votes_of_member
-- In which sessions a person cast ballots.
select distinct session from current_ballots where person_id = {person:UInt32} and chamber = {chamber:String};

-- name: bills
select key, session, number, type, status, sponsor_person_id, sponsor_name, introduced_on, is_reinstated, provisional,
    passed_house_first_on, passed_house_second_on, passed_house_third_on,
    passed_senate_first_on, passed_senate_second_on, passed_senate_third_on, royal_assent_on, recorded_at
from current_bills
where {session:String} = 'all' or session = {session:String}
order by key;

-- name: session
select opened_on, closed_on from current_sessions where key = {session:String};
