-- The change log in months by `recorded_at`, in UTC, so that old months can be made small and be left alone by vacuum.
-- Whatever columns and checks the log has by now are taken over.
alter table change_log rename to change_log_whole;
alter table change_log_whole alter column seq drop identity;
create table change_log (like change_log_whole including defaults including constraints)
    partition by range (recorded_at);

-- The safety net: what is recorded in a month that was not made in time. Making the month takes its rows out again.
create table change_log_default partition of change_log default;
create unique index change_log_default_revisions on change_log_default (entity, key, revision);

-- Makes the months from `first` to `last` that are missing, and returns how many. A revision is there once in a month;
-- over all months the revision of the stored state, raised under the writer's lock, sees to it.
create function make_change_log_months(first date, last date) returns integer language plpgsql as $$
declare
    month date;
    name text;
    made integer := 0;
begin
    perform pg_advisory_xact_lock(hashtext('openpolicy.log_months'));
    for month in select generate_series(date_trunc('month', first::timestamp), last::timestamp, '1 month')::date loop
        name := 'change_log_' || to_char(month, 'YYYY_MM');
        continue when to_regclass(name) is not null;
        execute format('create table %I (like change_log including defaults including constraints)', name);
        execute format(
            'with late as (delete from change_log_default where recorded_at >= %1$L and recorded_at < %2$L returning *)'
            'insert into %3$I select * from late',
            month::timestamp at time zone 'UTC', (month + interval '1 month') at time zone 'UTC', name);
        execute format('create unique index on %I (entity, key, revision)', name);
        execute format(
            'alter table change_log attach partition %I for values from (%L) to (%L)',
            name, month::timestamp at time zone 'UTC', (month + interval '1 month') at time zone 'UTC');
        made := made + 1;
    end loop;
    return made;
end $$;

select make_change_log_months(
    coalesce((select min(recorded_at) at time zone 'UTC' from change_log_whole)::date, (now() at time zone 'UTC')::date),
    ((now() at time zone 'UTC') + interval '2 months')::date);
insert into change_log select * from change_log_whole;
alter table change_log alter column seq add generated always as identity;
select setval(pg_get_serial_sequence('change_log', 'seq'), coalesce((select max(seq) from change_log_whole), 0) + 1, false);
drop table change_log_whole;

alter table change_log add primary key (seq, recorded_at);
create index change_log_by_position on change_log (xid, seq);
create index change_log_updates on change_log (xid, seq) where op = 'updated';

-- Of an archived change the state is in a Parquet object; the rest stays, so that order, paging and the proof that no
-- revision is missing go on in SQL. `state_hash` is what `verify` sums.
alter table change_log alter column state drop not null;
alter table change_log add column archive text;
alter table change_log add column archive_row integer;
alter table change_log add column state_hash bigint;
alter table change_log add constraint change_log_state_is_somewhere check (
    (state is not null and archive is null)
    or (state is null and archive is not null and archive_row is not null and state_hash is not null));

-- The Parquet objects there are: `log/month/beginning of the SHA-256`, below `change_log/` in the object store.
create table change_log_archives (
    name text primary key,
    month date not null,
    rows integer not null,
    bytes bigint not null,
    sha256 text not null,
    first_seq bigint not null,
    last_seq bigint not null,
    archived_at timestamptz not null default now(),
    -- When the space of the archived states was given back.
    compacted_at timestamptz
);
