-- The days of the six readings of a bill, the House's three first; null where a reading has no date. Sittings are found
-- by them without reading the states.
alter table bill_list add column reading_days date[];
update bill_list set reading_days = array[
    (state ->> 'passed_house_first_on')::date, (state ->> 'passed_house_second_on')::date,
    (state ->> 'passed_house_third_on')::date, (state ->> 'passed_senate_first_on')::date,
    (state ->> 'passed_senate_second_on')::date, (state ->> 'passed_senate_third_on')::date];
