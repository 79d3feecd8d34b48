-- There is room for so many scorecards: a card that nobody reads is deleted, and one caller may create so many a day.
-- `caller` is a keyed hash of an address and a day: it tells which cards are of one caller on one day, and nothing else.
alter table scorecards
    add column read_at timestamptz not null default now(),
    add column caller bytea;
create index scorecards_by_read_at on scorecards (read_at);
create index scorecards_by_caller on scorecards (caller) where caller is not null;
