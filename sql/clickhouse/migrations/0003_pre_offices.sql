-- Offices of members as arrays of one length: which, whether it is of the cabinet, and its half-open interval.
alter table members
    add column if not exists office Array(LowCardinality(String)),
    add column if not exists office_in_cabinet Array(Bool),
    add column if not exists office_from Array(Date32),
    add column if not exists office_to Array(Nullable(Date32))
settings alter_sync = 1;

-- A view has the columns that its table had when it was made.
create or replace view current_members as
select * from (select * from members order by person_id, revision desc, batch desc limit 1 by person_id)
where not is_withdrawn;
