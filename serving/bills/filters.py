"""What lists of bills can be filtered and sorted by."""

from serving.core.parameters import values
from serving.core.parameters.conditions import Listed
from serving.core.parameters.values import Filter
from warehouse.model.codes import BILL_STATUSES, BILL_TYPES, OUTCOMES, READINGS

_type, _TYPES = values.one_of(BILL_TYPES, "unknown")
_outcome, _OUTCOMES = values.one_of(OUTCOMES)
_stage, _STAGES = values.one_of(READINGS)
_status, _STATUSES = values.one_of(BILL_STATUSES, "unknown")

BILLS = Listed(
    listing="bills",
    filters=(
        Filter(name="session", kind="code", read=values.session, example="45-1",
               en="The session.", fr="La session."),
        Filter(name="parliament", kind="number", read=values.parliament, example="45",
               en="The Parliament's number.", fr="Le numéro de la législature."),
        Filter(name="number", kind="code", read=values.bill_number, example="C-3",
               en="The number, in every session that has it.", fr="Le numéro, dans chaque session qui l’a."),
        Filter(name="chamber", kind="code", read=values.chamber, allowed=values.CHAMBER_CODES,
               en="The chamber of origin.", fr="La chambre d’origine."),
        Filter(name="type", kind="code", read=_type, allowed=_TYPES,
               en="The kind of bill.", fr="Le genre de projet de loi."),
        Filter(name="status", kind="code", read=_status, allowed=_STATUSES,
               en="Where the bill stands.", fr="L’état du projet de loi."),
        Filter(name="sponsor", kind="text", read=values.sponsor, column="sponsor_name", example="89156",
               en="The sponsor, by PersonId or name; `sponsor__contains` finds a part of the name.",
               fr="Le parrain ou la marraine, par PersonId ou nom; `sponsor__contains` en trouve une partie."),
        Filter(name="sponsor_party", kind="text", read=values.party, example="ndp",
               en="The sponsor's caucus on the day of introduction, in either language or by code.",
               fr="Le caucus du parrain ou de la marraine le jour du dépôt, dans l’une ou l’autre langue ou par code."),
        Filter(name="sponsor_changed", kind="flag", read=values.flag, allowed=("true", "false"),
               en="Somebody else sponsored the bill before.", fr="Une autre personne a parrainé le projet avant."),
        Filter(name="outcome", kind="code", read=_outcome, allowed=_OUTCOMES,
               en="What became of the bill.", fr="Ce qu’est devenu le projet de loi."),
        Filter(name="outcome_on", kind="date", read=values.date, example="2021-08-15",
               en="The day of royal assent, of the defeat, or of the end of the session with which it died.",
               fr="Le jour de la sanction royale, du rejet, ou de la fin de la session avec laquelle il est mort."),
        Filter(name="died_on", kind="date", read=values.date, example="2021-08-15",
               en="The last day of the session, where the bill died with it.",
               fr="Le dernier jour de la session, si le projet de loi est mort avec elle."),
        Filter(name="title", kind="text", read=values.text,
               en="The long title in either language; `title__contains` finds words of it.",
               fr="Le titre long dans l’une ou l’autre langue; `title__contains` en trouve des mots."),
        Filter(name="introduced_on", kind="date", read=values.date, example="2025-06-01",
               en="The day of first reading where the bill began.", fr="Le jour de la première lecture d’origine."),
        Filter(name="latest_activity_on", kind="date", read=values.date, example="2025-06-01",
               en="The day of the latest activity.", fr="Le jour de la dernière activité."),
        Filter(name="royal_assent_on", kind="date", read=values.date, example="2025-06-01",
               en="The day of royal assent.", fr="Le jour de la sanction royale."),
        Filter(name="stage_reached", kind="code", read=_stage, allowed=_STAGES,
               en="The last reading passed, or royal assent.", fr="La dernière lecture franchie, ou la sanction."),
        Filter(name="passed", kind="parts", read=_stage, allowed=_STAGES,
               en="A reading passed, whether or not its date is published.",
               fr="Une lecture franchie, que sa date soit publiée ou non."),
        Filter(name="reinstated", kind="flag", read=values.flag, allowed=("true", "false"), column="is_reinstated",
               en="Reinstated from an earlier session.", fr="Rétabli d’une session antérieure."),
        Filter(name="provisional", kind="flag", read=values.flag, allowed=("true", "false"),
               en="Named by a vote and not listed by LEGISinfo yet.",
               fr="Nommé par un vote, pas encore dans LEGISinfo."),
        Filter(name="legisinfo_id", kind="number", read=values.whole, example="13608793",
               en="LEGISinfo's id.", fr="L’identifiant de LEGISinfo."),
    ),
    sorts={
        "date": "introduced_on", "session": "session", "number": "number", "introduced_on": "introduced_on",
        "latest_activity_on": "latest_activity_on", "royal_assent_on": "royal_assent_on", "status": "status",
        "type": "type", "outcome_on": "outcome_on", "died_on": "died_on", "stage_reached": "stage_order",
        "updated": "updated_at",
    },
    default_sort="-session,number",
    dated_by="introduced_on",
    has_updates=True,
    has_known_at=True,
)  # fmt: skip
STATISTICS = Listed(
    listing="bill_statistics",
    filters=(
        *(each for each in BILLS.filters if each.name in {"session", "parliament", "number", "status"}),
        Filter(name="vote_count", kind="number", read=values.whole, example="10",
               en="How many recorded votes name the bill.", fr="Combien de votes nomment le projet."),
        Filter(name="approval_percentage", kind="number", read=values.whole, example="50",
               en="Yeas of yeas and nays in the House's decisive vote, 0 to 100.",
               fr="Pour sur pour et contre dans le vote décisif de la Chambre, 0 à 100."),
        Filter(name="participating_members", kind="number", read=values.whole, example="300",
               en="Different members who voted on it.", fr="Personnes différentes qui ont voté."),
    ),
    sorts={name: name for name in ("approval_percentage", "vote_count", "participating_members", "session", "status")},
    default_sort="-session,-vote_count",
)  # fmt: skip
