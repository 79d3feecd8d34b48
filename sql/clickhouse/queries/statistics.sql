-- The rows that statistics are counted from. Positions are the numbers of `warehouse.statistics.counting.formulas`; 0 is
-- no recorded vote. Votes are read first, then the ballots of their batches: all ballots of a batch were inserted before the vote
-- became visible. `was_cast` says that there must be ballots; `roster` changes with every change of a member.

-- name: votes_of_session
select key, session, chamber, number, held_on, result, subject_en, subject_fr, bill, bill_type, kind, disputed, yeas, nays,
    paired, batch, recorded_at, counted_yeas > 0 or counted_nays > 0 or counted_paired > 0 as was_cast,
    (select (count(), max(batch)) from members) as roster
from current_votes
where ({session:String} = 'all' or session = {session:String}) and chamber = {chamber:String}
order by parliament, session, number;

-- name: votes_by_key
-- The rule of the view `current_votes`, applied only to the few rows of these votes.
select key, session, chamber, number, held_on, result, subject_en, subject_fr, bill, bill_type, kind, disputed, yeas, nays,
    paired, batch, recorded_at, counted_yeas > 0 or counted_nays > 0 or counted_paired > 0 as was_cast,
    (select (count(), max(batch)) from members) as roster
from (
    select * from votes where (session, chamber, number) in {votes:Array(Tuple(String, String, UInt32))}
    order by key, revision desc, batch desc limit 1 by key)
where not is_withdrawn;

-- name: ballots_of_session
select batch, person_id, transform(position, ['yea', 'nay', 'abstain', 'paired', 'both'], [1, 2, 3, 4, 5], 0) as position,
    paired, caucus, province, side
from ballots
where session = {session:String} and chamber = {chamber:String} and batch in {batches:Array(UInt64)}
settings output_format_arrow_low_cardinality_as_dictionary = 1;

-- name: ballots_by_key
select batch, person_id, transform(position, ['yea', 'nay', 'abstain', 'paired', 'both'], [1, 2, 3, 4, 5], 0) as position,
    paired, caucus, province, side
from ballots
where (session, chamber, number) in {votes:Array(Tuple(String, String, UInt32))} and batch in {batches:Array(UInt64)}
settings output_format_arrow_low_cardinality_as_dictionary = 1;

-- name: ballots_by_caucus
-- Ballots counted by vote, caucus and position. ClickHouse reads a pre-aggregated copy that does not know who was in the
-- Chair, so the second part counts the ballots of the Chair again, for subtraction; they may be of any revision.
select batch, caucus, transform(position, ['yea', 'nay', 'abstain', 'paired', 'both'], [1, 2, 3, 4, 5], 0) as code,
    count() as ballots, false as presiding
from ballots
where ({session:String} = 'all' or session = {session:String}) and chamber = {chamber:String}
    and batch in (select batch from current_votes)
group by batch, caucus, position
union all
select batch, caucus, transform(position, ['yea', 'nay', 'abstain', 'paired', 'both'], [1, 2, 3, 4, 5], 0) as code,
    count() as ballots, true as presiding
from ballots
where person_id in {chairs:Array(UInt32)} and arrayExists(
        (chair, from_on, to_on) -> person_id = chair and held_on >= from_on and held_on < to_on,
        {chairs:Array(UInt32)}, {chairs_from:Array(Date32)}, {chairs_to:Array(Date32)})
    and ({session:String} = 'all' or session = {session:String}) and chamber = {chamber:String}
group by batch, caucus, position;

-- name: roster
select count(), max(batch) from members;

-- name: names
select person_id, name from current_members;

-- name: seats
select parliament, person_id, caucus, province, riding, from_on, to_on from current_memberships;

-- name: offices
select person_id, office, office_in_cabinet, office_from, office_to from current_members
array join office, office_in_cabinet, office_from, office_to;

-- name: seats_on
select person_id, caucus, province, riding
from current_memberships
where from_on <= {on:Date32} and (to_on is null or to_on > {on:Date32});

-- name: sessions
-- Every session with divisions or with a record of its own.
select if(key = '', votes.session, key) as session, opened_on, closed_on, votes.divisions as divisions,
    votes.highest as highest, votes.with_ballots as with_ballots, votes.first_on as first_on, votes.last_on as last_on
from current_sessions
full outer join (
    select session, count() as divisions, max(number) as highest,
        countIf(counted_yeas > 0 or counted_nays > 0 or counted_paired > 0) as with_ballots,
        min(held_on) as first_on, max(held_on) as last_on
    from current_votes where chamber = 'commons' group by session
) as votes on votes.session = current_sessions.key;

-- name: votes_of_member
-- The sessions in which a person cast ballots.
select distinct session from current_ballots where person_id = {person:UInt32} and chamber = {chamber:String};

-- name: bills
select key, session, number, type, status, sponsor_person_id, sponsor_name, introduced_on, is_reinstated, provisional,
    sponsor_basis, sponsor_caucus, outcome,
    passed_house_first_on, passed_house_second_on, passed_house_third_on,
    passed_senate_first_on, passed_senate_second_on, passed_senate_third_on, royal_assent_on, stage_reached, recorded_at
from current_bills
where {session:String} = 'all' or session = {session:String}
order by key;

-- name: session
select opened_on, closed_on from current_sessions where key = {session:String};

-- name: latest
-- When something of each kind was last recorded, corrected or withdrawn. Members are of every session.
select 'vote' as kind, count() as rows, max(recorded_at) as latest from votes
where {session:String} = 'all' or session = {session:String}
union all
select 'bill', count(), max(recorded_at) from bills where {session:String} = 'all' or session = {session:String}
union all
select 'member', count(), max(recorded_at) from members;
