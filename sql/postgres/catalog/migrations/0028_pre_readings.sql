-- The readings that bills passed, each on the day of its sitting. LEGISinfo dates them by the calendar: a reading that the
-- House decided by a vote after midnight belongs to the day before, as its vote does, unless it voted on the bill again
-- in the sitting of that date.
create view readings as
select
    b.key as bill, b.title_en, b.title_fr, b.session_order, b.number_order,
    case when r.place <= 3 then 'commons' else 'senate' end as chamber,
    r.place::integer as place,
    coalesce(n.held_on, r.read_on) as sitting_on
from bill_list as b
cross join unnest(b.reading_days) with ordinality as r (read_on, place)
left join (
    select distinct bill, held_on, (held_at at time zone 'America/Toronto')::date as dated_on
    from vote_list
    where live_to is null and chamber = 'commons' and (held_at at time zone 'America/Toronto')::date > held_on
) as n on n.bill = b.key and n.dated_on = r.read_on and r.place <= 3 and not exists (
    select from vote_list as v where v.live_to is null and v.bill = b.key and v.held_on = r.read_on)
where b.live_to is null and r.read_on is not null;
