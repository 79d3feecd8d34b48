-- The months of the change log.

-- name: make_ahead
select make_change_log_months(
    (now() at time zone 'UTC')::date, ((now() at time zone 'UTC') + make_interval(months => %(ahead)s))::date);
