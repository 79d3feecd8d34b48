-- Loaders make the months of the change log, and have no other right to make tables.
alter function make_change_log_months(date, date) security definer set search_path = public, pg_temp;
