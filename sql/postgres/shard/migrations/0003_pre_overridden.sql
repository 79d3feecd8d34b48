-- Which overrides are in a row, and where. It says where a value is from, so it is no part of the state.
alter table bills add column overrides jsonb;
alter table votes add column overrides jsonb;

create or replace view bill_states as
select
    b.bucket, b.bill_id, b.key, b.session, b.revision,
    to_jsonb(b) - '{bucket,bill_id,content_hash,revision,source,source_url,document_sha256,fetched_at,recorded_at,overrides}'::text[]
    || jsonb_build_object('stages', coalesce(
        (select jsonb_agg(to_jsonb(s) - '{bucket,bill_id}'::text[] order by s.ordinal)
         from bill_stages as s where s.bucket = b.bucket and s.bill_id = b.bill_id), '[]'::jsonb)) as state
from bills as b;

create or replace view vote_states as
select
    v.bucket, v.vote_id, v.key, v.session, v.revision,
    to_jsonb(v) - '{bucket,vote_id,content_hash,revision,source,source_url,document_sha256,fetched_at,recorded_at,overrides}'::text[]
    || jsonb_build_object('ballots', coalesce(
        (select jsonb_agg(jsonb_build_array(b.person_id, b.position, b.paired, b.name, b.caucus, b.riding, b.province)
                          order by b.person_id)
         from ballots as b where b.bucket = v.bucket and b.vote_id = v.vote_id), '[]'::jsonb)) as state
from votes as v;
