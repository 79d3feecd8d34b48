-- Text conditions (`title__contains`) read every row of their list. An index of trigrams leaves few rows to look at.
--
-- Latin letters in lower case, without accents and ligatures, as `warehouse.postgres.lists.text_match` makes them of what
-- is typed. It must keep everything that the expression of a condition can match; what is too much is looked at again.
create function plain_letters(recorded text) returns text
    language sql immutable strict parallel safe cost 100
    return lower(
        regexp_replace(
            normalize(
                replace(replace(replace(replace(replace(replace(
                    recorded, 'œ', 'oe'), 'Œ', 'oe'), 'æ', 'ae'), 'Æ', 'ae'), 'ß', 'ss'), 'ẞ', 'ss'),
                nfd),
            '[\u0300-\u036f]+', '', 'g') collate "C");

-- The extension comes with PostgreSQL. Where a server was installed without it, lists answer the same, but slower.
do $$
begin
    -- No list of pending entries: every read would go through all of it.
    if exists (select from pg_available_extensions where name = 'pg_trgm') then
        create extension if not exists pg_trgm;
        create index bill_list_by_title_en on bill_list using gin (plain_letters(title_en) gin_trgm_ops)
            with (fastupdate = off) where live_to is null;
        create index bill_list_by_title_fr on bill_list using gin (plain_letters(title_fr) gin_trgm_ops)
            with (fastupdate = off) where live_to is null;
        create index bill_list_by_sponsor_name on bill_list using gin (plain_letters(sponsor_name) gin_trgm_ops)
            with (fastupdate = off) where live_to is null;
        create index vote_list_by_subject_en on vote_list using gin (plain_letters(subject_en) gin_trgm_ops)
            with (fastupdate = off) where live_to is null;
        create index vote_list_by_subject_fr on vote_list using gin (plain_letters(subject_fr) gin_trgm_ops)
            with (fastupdate = off) where live_to is null;
        create index member_list_by_letters on member_list using gin (plain_letters(name) gin_trgm_ops)
            with (fastupdate = off) where live_to is null;
    end if;
end
$$;
