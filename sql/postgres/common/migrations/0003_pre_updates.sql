-- What the register of corrections looks through: of a log that is mostly first revisions, the later ones.
create index change_log_updates on change_log (xid, seq) where op = 'updated';
