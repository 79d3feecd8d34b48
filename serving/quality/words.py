"""The words of the quality page, in English and French."""

from typing import Final, Literal

PageLang = Literal["en", "fr"]

WORDS: Final[dict[str, tuple[str, str]]] = {
    "title": ("Quality of the data", "Qualité des données"),
    "other": ("Français", "English"),
    "intro": (
        "Findings about doubtful records, records that are not published and why, and how complete each session is. "
        "A doubtful record is published with a finding; an unusable one is quarantined and never published.",
        "Les constats sur les données douteuses, les données non publiées et la raison, et l’état de chaque session. "
        "Une donnée douteuse est publiée avec un constat; une donnée inutilisable est mise en quarantaine et n’est "
        "jamais publiée.",
    ),
    "held_back": (
        "Missing because a document was refused or could not be fetched",
        "Manquant, car un document a été refusé ou n’a pas pu être obtenu",
    ),
    "missing": ("what is missing", "ce qui manque"),
    "next_step": ("what to do next", "que faire ensuite"),
    "findings": ("open findings", "constats ouverts"),
    "quarantined": ("quarantined", "en quarantaine"),
    "disputed": ("disputed votes", "votes contestés"),
    "votes": ("votes", "votes"),
    "bills": ("bills", "projets de loi"),
    "trend": ("Open findings at each day's last run", "Constats ouverts à la dernière exécution de chaque jour"),
    "by_rule": ("Findings by rule", "Constats par règle"),
    "rule": ("rule", "règle"),
    "about": ("about", "objet"),
    "open": ("open", "ouverts"),
    "first": ("the first of them", "les premiers"),
    "all": ("all", "tous"),
    "by_session": ("Completeness by session", "Complétude par session"),
    "session": ("session", "session"),
    "without_french": ("without French", "sans français"),
    "provisional": ("provisional", "provisoires"),
    "without_ballots": ("without ballots", "sans vote de chaque député"),
    "last_vote": ("last vote", "dernier vote"),
    "documents": ("documents", "documents"),
    "broken": ("broken", "défectueux"),
    "disputed_title": (
        "Votes whose ballots differ from the announced totals",
        "Votes dont les voix comptées diffèrent des totaux annoncés",
    ),
    "vote": ("vote", "vote"),
    "announced": ("announced: yeas, nays, paired", "annoncé\u00a0: pour, contre, pairés"),
    "counted": ("counted", "compté"),
    "quarantined_title": ("Not published", "Non publié"),
    "document": ("document", "document"),
    "reason": ("reason", "raison"),
    "docs": ("Great Expectations", "Great Expectations"),
    "met": ("all met", "toutes satisfaites"),
    "not_met": ("not all met", "pas toutes satisfaites"),
    "none": ("None.", "Aucun."),
    "json": ("The same as JSON", "La même chose en JSON"),
    "simulated": (
        "Simulated data: this Parliament never existed.",
        "Données simulées\u00a0: ce Parlement n’a jamais existé.",
    ),
    "bill": ("bill", "projet de loi"),
    "members": ("members", "députées et députés"),
    "ballots": ("ballots", "voix"),
    "sessions": ("sessions", "sessions"),
    "member": ("member", "député ou députée"),
    "parliament": ("Parliament", "législature"),
}


def word(key: str, lang: PageLang) -> str:
    """A word in the language of the page; one that is not in the list stands for itself."""
    return WORDS.get(key, (key, key))[lang == "fr"]
