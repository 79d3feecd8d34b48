-- The ballots of a vote counted by caucus. Null in a vote that was stored before and has not been read again: its state
-- in the log does not have the field either.
alter table votes add column caucuses jsonb;

create or replace view vote_states as
select
    v.bucket, v.vote_id, v.key, v.session, v.revision,
    to_jsonb(v) - '{bucket,vote_id,content_hash,revision,source,source_url,document_sha256,fetched_at,recorded_at,overrides}'::text[]
    - case when v.caucuses is null then '{caucuses}'::text[] else '{}'::text[] end
    || jsonb_build_object('ballots', coalesce(
        (select jsonb_agg(jsonb_build_array(b.person_id, b.position, b.paired, b.name, b.caucus, b.riding, b.province)
                          order by b.person_id)
         from ballots as b where b.bucket = v.bucket and b.vote_id = v.vote_id), '[]'::jsonb)) as state
from votes as v;
