-- name: dataset
select kind from dataset;

-- name: sources
select
    source,
    coalesce(l.sessions, 0),
    coalesce(l.records, 0),
    coalesce(l.quarantined, 0),
    coalesce(d.documents, 0),
    coalesce(d.missing, 0),
    coalesce(d.broken, 0),
    d.checked_at,
    coalesce(l.loaded_at, d.loaded_at)
from (
    select source, count(*) as sessions, sum(records)::bigint as records, sum(quarantined)::bigint as quarantined,
        max(loaded_at) as loaded_at
    from loads group by source
) as l
full join (
    select source, count(*) as documents, max(checked_at) as checked_at, max(loaded_at) as loaded_at,
        count(*) filter (where outcome = 'missing') as missing,
        count(*) filter (where outcome = 'broken') as broken
    from documents group by source
) as d using (source)
order by source;

-- name: positions
select projection, log, xid::text::bigint, seq, applied from projection_positions order by projection, log;

-- name: findings
select entity, rule, count(*) from findings where resolved_at is null group by entity, rule order by entity, rule;

-- name: quarantine
-- A reason names values; its text before the first colon is the rule.
select source, split_part(reason, ':', 1), count(*)
from quarantine where resolved_at is null group by 1, 2 order by 1, 2;
