"""Lists that no table holds: ridings out of members' terms, and sitting days out of votes and the readings of bills."""

import json
from functools import cache
from typing import Any, Final

from sqlalchemy import ARRAY, Boolean, Column, Date, Integer, SmallInteger, Text, text

from warehouse.model.curated import house_sizes

RIDINGS: Final = (
    text(
        """
        with parliaments as (
            select m.parliament, m.ended_on, o.*, greatest(
                (select max(last_on) from ballot_runs where session like m.parliament || '-%'),
                (select max(last_on) from members_listed as l where l.parliament = m.parliament)) as known_until
            from (
                select parliament, min(from_on) as first_on,
                    case when bool_and(to_on is not null) then max(to_on) end as ended_on
                from memberships group by parliament
            ) as m
            join jsonb_to_recordset(cast(:orders as jsonb))
                as o(representation_order integer, order_from date, order_to date)
                on o.order_from <= m.first_on and (o.order_to is null or m.first_on < o.order_to)
        ), spellings as materialized (
            select riding, btrim(regexp_replace(translate(plain_letters(riding), '—–‑’', '---'''), '[- ]+', ' ', 'g'))
                as spelling
            from (select distinct riding from memberships where riding is not null) as recorded
        ), terms as (
            select p.*, sp.spelling, s.riding, s.province, s.caucus, s.from_on, s.to_on, s.source, s.end_source,
                m.person_id, m.name,
                s.from_on <= cast(:on as date) and (s.to_on is null or cast(:on as date) < s.to_on) as holds,
                case when m.riding = s.riding and s.from_on = max(s.from_on) over (partition by s.bucket, s.member_id)
                    then m.riding_fr end as riding_fr
            from memberships as s
            join members as m on m.bucket = s.bucket and m.member_id = s.member_id
            join parliaments as p on p.parliament = s.parliament
            join spellings as sp on sp.riding = s.riding
        )
        select representation_order || '/p-' || left(encode(sha256(convert_to(spelling, 'UTF8')), 'hex'), 10) as key,
            representation_order, spelling, min(order_from) as order_from, min(order_to) as order_to,
            (array_agg(riding order by from_on desc, person_id))[1] as name_en,
            (array_agg(riding_fr order by from_on desc) filter (where riding_fr is not null))[1] as name_fr,
            (array_agg(province order by from_on desc) filter (where province is not null))[1] as province,
            array_agg(distinct parliament order by parliament) as parliaments,
            case when count(*) filter (where holds) = 1 then max(caucus) filter (where holds) end as caucus,
            min(order_from) <= cast(:on as date) and (min(order_to) is null or cast(:on as date) < min(order_to))
                as is_in_force,
            cast(json_agg(json_build_object('parliament', parliament, 'person_id', person_id, 'name', name,
                'caucus', caucus, 'from_on', from_on, 'to_on', to_on, 'source', source, 'end_source', end_source,
                'parliament_ended_on', ended_on,
                'parliament_known_until', known_until) order by from_on, person_id) as text) as terms
        from terms group by representation_order, spelling"""
    )
    .columns(
        Column("key", Text(), nullable=False),
        Column("representation_order", Integer(), nullable=False),
        Column("spelling", Text(), nullable=False),
        Column("order_from", Date(), nullable=False),
        Column("order_to", Date()),
        Column("name_en", Text(), nullable=False),
        Column("name_fr", Text()),
        Column("province", Text()),
        Column("parliaments", ARRAY(SmallInteger()), nullable=False),
        Column("caucus", Text()),
        Column("is_in_force", Boolean(), nullable=False),
        Column("terms", Text(), nullable=False),
    )
    .subquery("ridings")
)
"""Ridings by representation order, each with everybody who sat for it. No document of the House that is read gives the
number of Elections Canada, so a key is made of the name: of its letters alone, since documents spell it in several
ways."""

SITTINGS: Final = (
    text(
        """
        select d.chamber || '/' || to_char(d.sitting_on, 'YYYY-MM-DD') as key, d.chamber, d.sitting_on,
            coalesce(d.session, s.key) as session, d.votes, d.readings
        from (
            select chamber, sitting_on, max(session) as session, cast(count(session) as integer) as votes,
                cast(count(*) - count(session) as integer) as readings
            from (
                select chamber, held_on as sitting_on, session from vote_list where live_to is null
                union all
                select chamber, sitting_on, null from readings
            ) as happened
            group by chamber, sitting_on
        ) as d
        left join (
            select key, opened_on, least(closed_on, lead(opened_on) over (order by opened_on) - 1) as last_on
            from sessions where opened_on is not null
        ) as s on s.opened_on <= d.sitting_on and (s.last_on is null or d.sitting_on <= s.last_on)"""
    )
    .columns(
        Column("key", Text(), nullable=False),
        Column("chamber", Text(), nullable=False),
        Column("sitting_on", Date(), nullable=False),
        Column("session", Text()),
        Column("votes", Integer(), nullable=False),
        Column("readings", Integer(), nullable=False),
    )
    .subquery("sittings")
)
"""The days on which a chamber is known to have sat: it voted, or a bill passed a reading."""


@cache
def representation_orders() -> str:
    """The representation orders for `RIDINGS`, as JSON; each is in force from a general election on."""
    orders: list[dict[str, Any]] = [
        {
            "representation_order": each.representation_order,
            "order_from": each.from_on.isoformat(),
            "order_to": None if each.to_on is None else each.to_on.isoformat(),
        }
        for each in house_sizes()
    ]
    return json.dumps(orders)
