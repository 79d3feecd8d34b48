-- name: create
create table searched (
    id text primary key, entity text not null, session text, party text, chamber text, status text, year integer,
    title_en text, title_fr text, short_title_en text, short_title_fr text, session_order integer not null,
    words tsvector generated always as (
        setweight(to_tsvector('english', coalesce(short_title_en, '')), 'A')
        || setweight(to_tsvector('french', coalesce(short_title_fr, '')), 'A')
        || setweight(to_tsvector('english', coalesce(title_en, '')), 'B')
        || setweight(to_tsvector('french', coalesce(title_fr, '')), 'B')
    ) stored
)

-- name: index
create index on searched using gin (words)

-- name: size
select pg_total_relation_size('searched')

-- name: hits
select id, ts_rank_cd(words, q.q) as rank
  from searched, (select websearch_to_tsquery('english', %(q)s) || websearch_to_tsquery('french', %(q)s) as q) q
 where words @@ q.q
 order by rank desc, session_order desc
 limit 20

-- name: marked
select id, ts_headline('english', coalesce(title_en, ''), q), ts_headline('french', coalesce(title_fr, ''), q)
  from (
    select id, title_en, title_fr, q.q, ts_rank_cd(words, q.q) as rank, session_order
      from searched, (select websearch_to_tsquery('english', %(q)s) || websearch_to_tsquery('french', %(q)s) as q) q
     where words @@ q.q
     order by rank desc, session_order desc
     limit 20
  ) best

-- name: count
select count(*)
  from searched, (select websearch_to_tsquery('english', %(q)s) || websearch_to_tsquery('french', %(q)s) as q) q
 where words @@ q.q

-- name: facets
select entity, session, party, chamber, status, year, count(*)
  from searched, (select websearch_to_tsquery('english', %(q)s) || websearch_to_tsquery('french', %(q)s) as q) q
 where words @@ q.q
 group by grouping sets ((entity), (session), (party), (chamber), (status), (year))
