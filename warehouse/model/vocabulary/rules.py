"""The rules of doubt by name, in both languages: what a finding is called where people read it."""

from typing import Final

RULES: Final[dict[str, tuple[str, str]]] = {
    "ballot_after_seat_end": (
        "A ballot after the end of the member's seat",
        "Un vote après la fin du mandat",
    ),
    "ballot_listed_twice": (
        "A member appears in several rows of a division",
        "Une personne figure sur plusieurs lignes d’un vote",
    ),
    "ballot_outside_term": (
        "A ballot of a day on which the roles document has no seat",
        "Un vote d’un jour où la fiche des fonctions n’a aucun siège",
    ),
    "ballots_differ_from_totals": (
        "The ballots do not add up to the announced totals",
        "Le vote de chaque député ne donne pas les totaux annoncés",
    ),
    "ballots_not_published": ("The ballots are not published yet", "Le vote de chaque député n’est pas encore publié"),
    "bill_not_listed": (
        "A vote names a bill that LEGISinfo does not list",
        "Un vote nomme un projet de loi absent de LEGISinfo",
    ),
    "caucus_differs_between_sources": (
        "Two sources name different caucuses",
        "Deux sources nomment des caucus différents",
    ),
    "date_in_future": ("A date that is still to come", "Une date encore à venir"),
    "date_outside_session": ("A date on which the session did not sit", "Une date hors de la session"),
    "english_in_french": ("English where the French text should be", "De l’anglais à la place du texte français"),
    "field_given_twice": (
        "A field is given twice, with different values",
        "Un champ figure deux fois, avec des valeurs différentes",
    ),
    "french_in_english": ("French where the English text should be", "Du français à la place du texte anglais"),
    "french_not_published": ("Not published in French", "Non publié en français"),
    "legisinfo_id_shared": (
        "LEGISinfo gives one id to several bills",
        "LEGISinfo donne un même identifiant à plusieurs projets de loi",
    ),
    "legisinfo_ids_differ": (
        "LEGISinfo's list and its own record have different ids",
        "La liste de LEGISinfo et la fiche ont des identifiants différents",
    ),
    "listed_under_two_ids": (
        "LEGISinfo lists a bill under two ids",
        "LEGISinfo liste un projet de loi sous deux identifiants",
    ),
    "member_on_both_lists": (
        "A member is among the yeas and among the nays",
        "Une personne figure parmi les pour et parmi les contre",
    ),
    "member_without_person_id": (
        "A listed member without PersonId cannot be identified",
        "Une personne de la liste sans PersonId ne peut être identifiée",
    ),
    "members_without_person_id": (
        "A list of members has no PersonId",
        "Une liste de députés n’a pas de PersonId",
    ),
    "membership_within_one_day": (
        "Two ridings or caucuses on one day",
        "Deux circonscriptions ou caucus en un jour",
    ),
    "missing_division": ("A division number is missing", "Un numéro de vote manque"),
    "more_members_than_seats": (
        "More members than the House has seats; figures of those days are not published",
        "Plus de députés que de sièges à la Chambre; les chiffres de ces jours ne sont pas publiés",
    ),
    "no_ballots": (
        "Parliament publishes no ballots of this vote",
        "Le Parlement ne publie pas le vote de chaque député",
    ),
    "no_longer_listed": ("A record is no longer listed", "Un enregistrement ne figure plus dans la liste"),
    "not_in_members_list": (
        "Sits by the ballots, but is not in the list of members",
        "Siège selon les votes, mais absent de la liste des députés",
    ),
    "override_outdated": (
        "Upstream has changed what an editor had corrected",
        "La source a changé ce que la rédaction avait rectifié",
    ),
    "override_settled": (
        "Upstream has fixed what an editor had corrected",
        "La source a réparé ce que la rédaction avait rectifié",
    ),
    "placeholder_title": (
        "A placeholder is used as a title",
        "Un texte provisoire tient lieu de titre",
    ),
    "reading_only_in_list": (
        "Only LEGISinfo's list knows of a reading",
        "Seule la liste de LEGISinfo connaît une lecture",
    ),
    "readings_out_of_order": (
        "A reading is dated before the one it follows",
        "Une lecture est datée d’avant celle qui la précède",
    ),
    "repeated_record": ("A record appears twice in a document", "Un enregistrement figure deux fois"),
    "result_against_totals": (
        "The totals contradict the result",
        "Les totaux contredisent le résultat",
    ),
    "riding_differs_between_sources": (
        "Two sources name different ridings",
        "Deux sources nomment des circonscriptions différentes",
    ),
    "royal_assent_not_in_status": (
        "Royal assent was given, the status does not say so",
        "Sanction royale donnée, l’état ne le dit pas",
    ),
    "royal_assent_without_date": ("Royal assent without its date", "Sanction royale sans date"),
    "seat_without_start": ("A seat without its first day", "Un siège sans premier jour"),
    "sponsor_ambiguous": (
        "Several members have the sponsor's name; no PersonId is given",
        "Plusieurs membres portent le nom du parrain; aucun PersonId n’est donné",
    ),
    "sponsor_unknown": (
        "Sponsors whom no list or ballot has with a PersonId",
        "Parrains qu’aucune liste ni aucun vote ne donne avec un PersonId",
    ),
    "sponsor_vanished": (
        "The sponsor is named no more; the last one stays",
        "Le parrain n’est plus nommé; le dernier connu demeure",
    ),
    "totals_not_published": ("No totals are announced", "Aucun total n’est annoncé"),
    "two_holders_of_riding": (
        "Two members hold one riding; figures of those days are not published",
        "Deux personnes occupent une circonscription; les chiffres de ces jours ne sont pas publiés",
    ),
    "unknown_bill_stage": ("A stage that is not in our list", "Une étape hors de notre liste"),
    "unknown_bill_status": ("A status that is not in our list", "Un état hors de notre liste"),
    "unknown_bill_type": ("A type of bill that is not in our list", "Un type de projet de loi hors de notre liste"),
    "unknown_result": ("A result that is not in our list", "Un résultat hors de notre liste"),
    "unknown_stage_state": ("A state of a stage that is not in our list", "Un état d’étape hors de notre liste"),
    "unreadable_bill_number": ("A bill number that cannot be read", "Un numéro de projet de loi illisible"),
}


def rule_title(rule: str) -> tuple[str, str]:
    """What a rule is called in English and French; a rule without a title of its own is called by its name."""
    plain = rule.replace("_", " ")
    return RULES.get(rule, (plain, plain))
