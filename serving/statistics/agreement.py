"""How alike members vote."""

from litestar import Controller, get
from litestar.di import NamedDependency

from serving.core.answers import Answer, AnyRequest
from serving.core.errors import NotFound
from serving.core.platform import Platform
from serving.statistics import of_agreement
from serving.statistics.asked import APPLIED, COMMON, JSON, Asked, Basis, no_votes
from serving.statistics.frames import Single, Table
from warehouse.statistics.agreement import FEWEST_SHARED, VARIANTS
from warehouse.statistics.loaded import LoadedSheet


class AgreementController(Controller):
    """Statistics of pairs of members."""

    path = "/api/v1/statistics"
    tags = ("statistics",)

    @get(
        "/agreement",
        operation_id="listAgreementOfMembers",
        summary="Members who vote alike / Membres qui votent de même",
        description=COMMON + "The nearest and furthest pairs of a session, or of one member (`of`). "
        "Pairs that share too few divisions are left out.",
    )
    async def list_agreement(
        self, request: AnyRequest, platform: NamedDependency[Platform]
    ) -> Answer[Table[of_agreement.PairOut]]:
        """Pairs from both ends."""
        asked = Asked(platform, request)
        wanted, loaded, rows = await _loaded(asked)
        pairs, left = await asked.compute(of_agreement.pairs, loaded, wanted)
        return asked.table(of_agreement.PairOut, pairs, _basis(loaded, left, rows))

    @get(
        "/agreement/matrix",
        operation_id="getAgreementMatrix",
        summary="Every pair of a session / Toutes les paires d’une session",
        description=COMMON + "Counts, which add up over sessions.",
    )
    async def get_matrix(
        self, request: AnyRequest, platform: NamedDependency[Platform]
    ) -> Answer[Single[of_agreement.Matrix]]:
        """The counts of every pair."""
        asked = Asked(platform, request, JSON)
        wanted, loaded, rows = await _loaded(asked)
        data, left = await asked.compute(of_agreement.matrix, loaded, wanted)
        return asked.single(data, _basis(loaded, left, rows))


async def _loaded(asked: Asked) -> tuple[of_agreement.Wanted, LoadedSheet, str]:
    """What is asked for, the sheet it is counted from, and where its rows are."""
    session, chamber = asked.session(), asked.chamber()
    wanted = of_agreement.Wanted(
        variant=asked.word("variant", VARIANTS, "all"),
        fewest=asked.whole("min_overlap", FEWEST_SHARED, FEWEST_SHARED, 100_000),
        limit=asked.whole("limit", 10, 1, of_agreement.MOST_RANKED),
        applied_once=asked.word("applied", APPLIED, "all") == "once",
        of=asked.person("of"),
    )
    asked.finish()
    loaded = await asked.read(("sheet", session, chamber), lambda facts: facts.sheet(session, chamber))
    if not loaded.sheet.divisions:
        raise no_votes(session, chamber)
    if wanted.of is not None and loaded.sheet.column(wanted.of) is None:
        raise NotFound(
            f"No ballot of a person {wanted.of} in session {session} is held here.",
            f"Aucun bulletin d’une personne {wanted.of} à la session {session} n’est conservé ici.",
            param="of",
        )
    return wanted, loaded, f"/votes?session={session}&chamber={chamber}"


def _basis(loaded: LoadedSheet, left: dict[str, int], rows: str) -> Basis:
    return Basis(
        methods=of_agreement.METHODS, exclusions=left, notes=("selection",),
        disputed=sum(division.disputed for division in loaded.sheet.divisions), rows=rows, watermark=loaded.watermark,
    )  # fmt: skip
