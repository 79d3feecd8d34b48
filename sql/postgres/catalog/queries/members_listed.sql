-- name: all
select parliament, person_id, last_on from members_listed;

-- name: note
-- Rows are sorted, so that two writers lock them in the same order.
insert into members_listed as l (parliament, person_id, last_on)
select %(parliament)s, person_id, %(on)s from unnest(%(persons)s::integer[]) as named (person_id)
on conflict (parliament, person_id) do update set last_on = excluded.last_on where l.last_on < excluded.last_on;
