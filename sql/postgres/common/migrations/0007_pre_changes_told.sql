-- Whoever caches what this database holds is told of every change when its transaction commits.
create function tell_of_changes() returns trigger language plpgsql as $$
begin
    notify openpolicy_changes;
    return null;
end $$;
create trigger change_log_told after insert on change_log for each statement execute function tell_of_changes();
