-- Privileges of the roles. Tables that are created later, such as the months of the change log, get them by default.

-- name: enter
grant connect on database {database} to {roles};
grant usage on schema public to {roles};
grant usage, select on all sequences in schema public to {roles};

-- name: default
alter default privileges in schema public grant {privileges} on tables to {role};
alter default privileges in schema public grant usage, select on sequences to {role};

-- name: make
-- Temporary tables, through which batches are merged.
grant temporary on database {database} to {roles};

-- name: months
-- The function creates tables, which needs the rights of their owner.
revoke execute on function make_change_log_months(date, date) from public;
grant execute on function make_change_log_months(date, date) to {role};

-- name: privileges
select c.relname, r.rolname, array_agg(a.privilege_type) filter (where r.rolname is not null)
from pg_class as c
left join lateral aclexplode(c.relacl) as a on true
left join pg_roles as r on r.oid = a.grantee and r.rolname = any(%(roles)s)
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
group by c.relname, r.rolname;

-- name: login
alter role {role} login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password {kept};

-- name: own
alter database {database} owner to {role};
alter schema public owner to {role};

-- name: owned_by_others
-- Sequences of columns and indexes follow their tables.
select
    case c.relkind when 'S' then 'sequence' when 'v' then 'view' when 'm' then 'materialized view' else 'table' end,
    c.relname
from pg_class as c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'S')
    and c.relowner <> (select oid from pg_roles where rolname = %(role)s)
    and not exists (
        select from pg_depend as d
        where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i') and c.relkind = 'S');
