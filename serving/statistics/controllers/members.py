"""Members over a session."""

from functools import partial
from operator import methodcaller

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from serving.core.answers.answer import Answer, AnyRequest
from serving.core.answers.canonical_paths import digits_of
from serving.core.answers.envelope import PersonRef
from serving.core.http.errors import NotFound
from serving.core.process.platform import Platform
from serving.statistics import coverage
from serving.statistics.figures import members
from serving.statistics.figures.frame import FigureTable, Single
from serving.statistics.request import APPLIED, JSON, Basis, StatisticsRequest, about, no_votes
from warehouse.statistics.members.dissent import LINE_OPTIONS


class MemberStatisticsController(Controller):
    """Statistics of members."""

    path = "/api/v1/statistics"
    tags = ("statistics",)

    @get(
        "/members",
        operation_id="listStatisticsOfMembers",
        summary="Members over a session / Les membres durant une session",
        description=about(
            "Taking part in recorded votes, which is not attendance, and voting differently from most of the caucus, "
            "which is not defiance.",
            "La participation aux votes par appel nominal, qui n’est pas la présence, et le vote autrement que la "
            "plupart du caucus, qui n’est pas un défi.",
        ),
    )
    async def list_members(
        self, request: AnyRequest, platform: NamedDependency[Platform]
    ) -> Answer[FigureTable[members.MemberStatisticsOut]]:
        """Every member of a session."""
        asked = StatisticsRequest(platform, request)
        session, chamber = asked.session(), asked.chamber()
        option = asked.word("line", LINE_OPTIONS, "party")
        applied_once = asked.word("applied", APPLIED, "all") == "once"
        asked.finish()
        loaded = await asked.read(("sheet", session, chamber), lambda facts: facts.sheet(session, chamber))
        if not loaded.sheet.divisions:
            raise no_votes(session, chamber)
        left = members.left_out(loaded, applied_once=applied_once, option=option)
        work = partial(members.members, loaded, option, asked.view, applied_once=applied_once)
        return asked.table(
            members.MemberStatisticsOut,
            await asked.compute(work),
            Basis(
                methods=members.METHODS,
                exclusions=left,
                notes=("eligible", "deputies", "selection"),
                disputed=sum(v.disputed for v in loaded.sheet.divisions),
                rows=f"/votes?session={session}&chamber={chamber}",
                watermark=loaded.watermark,
                coverage=coverage.of_sheet(loaded, asked.view),
            ),
        )

    @get(
        "/members/{person:str}",
        operation_id="getStatisticsOfMember",
        summary="One member, session by session / Un membre, session par session",
        description=about(
            "With the percentiles of the chamber, not as a rank.",
            "Avec les centiles de la Chambre, et non un rang.",
        ),
    )
    async def get_member(
        self, person: FromPath[str], request: AnyRequest, platform: NamedDependency[Platform]
    ) -> Answer[Single[members.MemberStatistics]]:
        """One member in every session."""
        asked = StatisticsRequest(platform, request, JSON)
        asked.finish()
        person_id = digits_of(person)
        if person_id is None:
            raise NotFound(
                "A member's id is a whole number.", "L’identifiant d’une personne est un nombre entier.", param="person"
            )
        sessions = await asked.read(("sessions", person_id), lambda facts: facts.sessions_of(person_id, "commons"))
        found, left, name, disputed, marks = [], dict[str, int](), "", 0, []
        sheets = []
        for session in sessions:
            loaded = await asked.read(("sheet", session, "commons"), methodcaller("sheet", session, "commons"))
            column = loaded.sheet.column(person_id)
            if column is None:
                continue
            found.append(await asked.compute(members.in_session, loaded, session, column, asked.view))
            sheets.append(loaded)
            name = name or loaded.names.get(person_id, "")
            disputed += sum(vote.disputed for vote in loaded.sheet.divisions)
            marks += [loaded.watermark] if loaded.watermark else []
            for reason, count in members.left_out(loaded, applied_once=False).items():
                left[reason] = left.get(reason, 0) + count
        if not found:
            raise NotFound(
                f"There are no ballots of person {person_id}.",
                f"Aucun vote de la personne {person_id} n’est disponible.",
            )
        data = members.MemberStatistics(member=PersonRef(person_id, name), sessions=found)
        return asked.single(
            data,
            Basis(
                methods=members.METHODS,
                exclusions=left,
                notes=("eligible", "deputies", "selection"),
                disputed=disputed,
                rows=f"/members/{person_id}/ballots",
                watermark=max(marks, default=None),
                coverage=coverage.of_sheets(sheets, asked.view),
            ),
        )
