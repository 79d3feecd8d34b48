-- The Library of Parliament's short summary of a bill, as plain text.
alter table bills add column summary_en text, add column summary_fr text;
