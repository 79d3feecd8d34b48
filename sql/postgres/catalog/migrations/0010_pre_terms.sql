-- What gave the end of a membership; null while it lasts, and in rows that an earlier version wrote.
alter table memberships add column end_source text check (end_source in (
    'roles', 'members', 'change', 'successor', 'last_listed', 'inferred', 'dissolution'));

-- The last day on which a complete list of sitting members named a person. A list only says who sits now, so this is
-- written down while it does.
create table members_listed (
    parliament smallint not null,
    person_id integer not null,
    last_on date not null,
    primary key (parliament, person_id)
);
