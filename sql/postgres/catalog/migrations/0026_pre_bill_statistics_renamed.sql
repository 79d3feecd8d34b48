-- The read model that counts votes by bill is called what it holds. It goes on where it was, with its dead letters.
update projection_positions set projection = 'bill_statistics' where projection = 'tallies';
update parked set projection = 'bill_statistics' where projection = 'tallies';
update sink_moves set projection = 'bill_statistics' where projection = 'tallies';

-- A consumer of an earlier version that still runs must not begin a second position: archiving waits for the slowest.
alter table projection_positions add constraint projection_positions_renamed check (projection <> 'tallies');
