"""The parameters of statistics, for the OpenAPI document."""

from typing import Final

from serving.core.parameters.days import AS_OF
from serving.core.parameters.schemas import (
    SESSION,
    SESSION_OR_ALL,
    SESSIONS_OR_ALL,
    SNAPSHOT,
    TEXT,
    Parameter,
    Schema,
    query_parameter,
    whole_parameter,
    word_parameter,
)
from serving.core.service import RequestBody
from serving.statistics import of_pairs
from serving.statistics.figures.agreement import MOST_RANKED, MOST_SHARED
from serving.statistics.request import APPLIED, CHAMBERS
from warehouse.statistics.members.agreement import FEWEST_SHARED, VARIANTS
from warehouse.statistics.members.dissent import LINE_OPTIONS
from warehouse.statistics.members.scorecards import Scorecard


def _word(name: str, text: str, allowed: tuple[str, ...]) -> Parameter:
    return word_parameter(name, text, allowed, default=allowed[0])


def _session(words: str, mots: str, schema: Schema) -> Parameter:
    found = query_parameter("session", f"For example 45-1{words}. / Par exemple 45-1{mots}.", schema)
    return found | {"required": True, "example": "45-1"}


_SESSION: Final = _session("", "", SESSION)
_PERIOD: Final = _session(", or `all`", ", ou `all`", SESSION_OR_ALL)
_CHAMBER: Final = _word("chamber", "The chamber. / La chambre.", CHAMBERS)
_LINE: Final = _word("line", "What ballots are compared with. / À quoi les voix sont comparées.", tuple(LINE_OPTIONS))
_APPLIED: Final = _word(
    "applied",
    "Whether votes of one day with the very same ballots count each, or together once. "
    "/ Si les votes d’un même jour aux voix toutes identiques comptent chacun, ou ensemble une seule fois.",
    APPLIED,
)
_VARIANT: Final = _word("variant", "Which divisions count. / Quels votes comptent.", tuple(VARIANTS))
_PAIRS: Final[list[Parameter]] = [_SESSION, _CHAMBER, _VARIANT, _APPLIED]
PARAMETERS: Final[dict[str, list[Parameter]]] = {
    "listStatisticsOfParties": [_PERIOD, _CHAMBER],
    "listAgreementOfParties": [_PERIOD, _CHAMBER],
    "listFreeVotes": [_PERIOD, _CHAMBER],
    "listSplitCaucuses": [
        _PERIOD,
        _CHAMBER,
        query_parameter("caucus", "A caucus by code or name. / Un caucus, par code ou nom.", TEXT),
        whole_parameter(
            "min_minority",
            "Fewest members on the smaller side. / Le moins de membres du côté minoritaire.",
            lowest=1,
            highest=500,
            default=1,
        ),
    ],
    "listStatisticsOfMembers": [_SESSION, _CHAMBER, _LINE, _APPLIED],
    "listAgreementOfMembers": [
        *_PAIRS,
        whole_parameter(
            "of",
            "One member's pairs, by PersonId. / Les paires d’un membre, par PersonId.",
            lowest=0,
            highest=999_999_999,
        ),
        whole_parameter(
            "min_overlap",
            "Fewest divisions in common. / Le moins de votes communs.",
            lowest=FEWEST_SHARED,
            highest=MOST_SHARED,
            default=FEWEST_SHARED,
        ),
        whole_parameter(
            "limit", "Pairs from either end. / Paires de chaque bout.", lowest=1, highest=MOST_RANKED, default=10
        ),
    ],
    "getAgreementMatrix": _PAIRS,
    "getAgreementOfTwoMembers": [
        query_parameter(
            "with",
            "The other member, by PersonId. / L’autre personne, par PersonId.",
            {"type": "integer", "minimum": 0, "maximum": 999_999_999},
        )
        | {"required": True, "example": 89156},
        query_parameter(
            "session",
            "Sessions with commas; all by default. / Des sessions; toutes par défaut.",
            SESSIONS_OR_ALL | {"default": "all"},
        )
        | {"example": "44-1,45-1"},
        _VARIANT,
        _APPLIED,
        whole_parameter(
            "limit",
            "Differences shown. / Différences montrées.",
            lowest=1,
            highest=of_pairs.MAX_LIMIT,
            default=of_pairs.DEFAULT_LIMIT,
        ),
    ],
    "getBillFunnel": [_SESSION],
    "listSponsors": [_PERIOD],
    "listOutcomesByCaucus": [_PERIOD],
    "getStatisticsOfSeats": [
        query_parameter(
            "on", "A day; today when absent. / Un jour; aujourd’hui par défaut.", {"type": "string", "format": "date"}
        ),
    ],
    "getStandings": [AS_OF],
}
_KNOWN_AT: Final = query_parameter(
    "known_at",
    "What was known here at this instant; refused where the records have changed since. "
    "/ Ce qu’on savait ici à cet instant; refusé si les données ont changé depuis.",
    {"type": "string", "format": "date-time"},
)
_SNAPSHOT: Final = SNAPSHOT | {
    "description": "A snapshot; refused where the records are not the same now. "
    "/ Un instantané; refusé si les données ne sont plus les mêmes."
}
for _operation in (*PARAMETERS, "getStatisticsOfVote", "getStatisticsOfMember"):
    PARAMETERS[_operation] = [*PARAMETERS.get(_operation, []), _KNOWN_AT, _SNAPSHOT]
BODIES: Final = {
    "createScorecard": RequestBody(
        Scorecard,
        "Votes and how you would have voted. / Des votes, et comment vous auriez voté.",
        {
            "title_en": "Housing",
            "title_fr": "Logement",
            "votes": [
                {"vote": "45-1/commons/43", "direction": "yea", "weight": 2, "strong": True},
                {"vote": "45-1/commons/12", "direction": "nay"},
            ],
        },
    )
}
RULES: Final = {"getAgreementOfTwoMembers": ["with != person"]}
