-- When each sink last took something in from Kafka, where no position in a change log tells it.

create table sink_moves (
    projection text primary key,
    moved_at timestamptz not null
);
