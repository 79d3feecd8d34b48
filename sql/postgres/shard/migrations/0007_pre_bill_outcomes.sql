-- What became of a bill, and whose it is. `former_sponsors` is null in a bill that was stored before and has not been
-- stored again: its state in the log has none of these fields.
alter table bills
    add column sponsor_basis text,
    add column sponsor_caucus text,
    add column outcome text,
    add column outcome_on date,
    add column outcome_rule text,
    add column reinstated_as text,
    add column former_sponsors jsonb;

create or replace view bill_states as
select
    b.bucket, b.bill_id, b.key, b.session, b.revision,
    to_jsonb(b) - '{bucket,bill_id,content_hash,revision,source,source_url,document_sha256,fetched_at,recorded_at,overrides}'::text[]
    - case when b.former_sponsors is null
        then '{sponsor_basis,sponsor_caucus,outcome,outcome_on,outcome_rule,reinstated_as,former_sponsors}'::text[]
        else '{}'::text[] end
    || jsonb_build_object('stages', coalesce(
        (select jsonb_agg(to_jsonb(s) - '{bucket,bill_id}'::text[] order by s.ordinal)
         from bill_stages as s where s.bucket = b.bucket and s.bill_id = b.bill_id), '[]'::jsonb)) as state
from bills as b;
