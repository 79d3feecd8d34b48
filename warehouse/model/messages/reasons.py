"""Reasons why a document or a record was refused or not fetched, and the same in French."""

from typing import Final

REASONS: Final[tuple[tuple[str, str], ...]] = (
    # Documents
    ("The document cannot be read: {reason:text}.", "Le document est illisible : {reason:text}."),
    ("it is nested too deeply", "ses niveaux d’imbrication sont trop nombreux"),
    ("it is too large for this machine's memory", "il dépasse la mémoire de cette machine"),
    (
        "The document holds {count:count} records; none of Parliament's holds {most:count}.",
        "Le document contient {count:count} enregistrements; aucun document du Parlement n’en contient {most:count}.",
    ),
    (
        "No {what:words} of {count:count} can be read: {reason:text}",
        "Aucun des {count:count} enregistrements ({what:words}) ne peut être lu : {reason:text}",
    ),
    ("The document is an HTML page, not data.", "Le document est une page HTML, pas des données."),
    ("The document is not UTF-8 (byte {byte}).", "Le document n’est pas en UTF-8 (octet {byte})."),
    (
        "The document holds zero bytes, which no text has.",
        "Le document contient des octets nuls, ce qu’aucun texte n’a.",
    ),
    ("The document is empty.", "Le document est vide."),
    ("The document is not XML.", "Le document n’est pas du XML."),
    ("The document breaks off: {reason:text}.", "Le document est interrompu : {reason:text}."),
    ("The document is not well-formed XML: {reason:text}.", "Le document n’est pas du XML bien formé : {reason:text}."),
    (
        "The document declares a DOCTYPE, which Parliament's feeds never do; it was not read.",
        "Le document déclare un DOCTYPE, ce que les fichiers du Parlement ne font jamais; il n’a pas été lu.",
    ),
    (
        "The document's root is {root:quoted} instead of {roots}.",
        "La racine du document est {root:quoted} au lieu de {roots}.",
    ),
    (
        "A good document holds at least {least:count} {kind:words}; this one holds {count:count}.",
        "Un bon document contient au moins {least:count} {kind:words}; celui-ci en contient {count:count}.",
    ),
    (
        "A good document holds {least:count} to {most:count} {kind:words}; this one holds {count:count}.",
        "Un bon document contient de {least:count} à {most:count} {kind:words}; celui-ci en contient {count:count}.",
    ),
    (
        "The document holds {count:count} {kind:words}; the last good one held {before:count}.",
        "Le document contient {count:count} {kind:words}; le dernier bon en contenait {before:count}.",
    ),
    # Bills
    (
        "The bill record is of {key}, not of the bill that was asked for.",
        "La fiche est celle de {key}, et non celle du projet de loi demandé.",
    ),
    (
        "No vote names this bill any more, and LEGISinfo does not list it.",
        "Plus aucun vote ne nomme ce projet de loi, et LEGISinfo ne le liste pas.",
    ),
    ("The list is of {found}, not of {session}.", "La liste est celle de {found}, et non de {session}."),
    ("The list is of its session.", "La liste est celle de sa session."),
    ("The bill is of {found}, not of {session}.", "Le projet de loi est de {found}, et non de {session}."),
    (
        "Of {count:count} dates printed with a latest activity, {wrong:count} differ from its time.",
        "Sur {count:count} dates imprimées avec une dernière activité, {wrong:count} diffèrent de son heure.",
    ),
    ("The bill list is not a JSON array: {reason:text}", "La liste n’est pas un tableau JSON : {reason:text}"),
    (
        "The bill list is not JSON or breaks off: {reason:text}",
        "La liste n’est pas du JSON ou est interrompue : {reason:text}",
    ),
    ("The bill record has a new shape: {reason:text}", "La fiche a une forme nouvelle : {reason:text}"),
    (
        "The bill record is not JSON or breaks off: {reason:text}",
        "La fiche n’est pas du JSON ou est interrompue : {reason:text}",
    ),
    ("The bill record cannot be used: {reason:text}", "La fiche est inutilisable : {reason:text}"),
    (
        "The bill record holds {count:count} bills instead of one.",
        "La fiche contient {count:count} projets de loi au lieu d’un seul.",
    ),
    ("`LongTitleEn` is empty", "`LongTitleEn` est vide"),
    (
        "`ParlSessionEn` of {key} has a new form: {text:quoted}",
        "`ParlSessionEn` de {key} a une forme nouvelle : {text:quoted}",
    ),
    (
        "{text:quoted} is not a session; write it as parliament-session, for example 45-1",
        "{text:quoted} n’est pas une session",
    ),
    (
        "{text:quoted} is not a bill number; write it as C-11 or S-201",
        "{text:quoted} n’est pas un numéro de projet de loi",
    ),
    # Votes
    ("The vote is of {found}, not of {session}.", "Le vote est de {found}, et non de {session}."),
    ("The vote is dated {day:day}, which is still to come.", "Le vote est daté du {day:day}, une date encore à venir."),
    (
        "The vote is dated {day:day}, when {session} did not sit.",
        "Le vote est daté du {day:day}, un jour où la session {session} ne siégeait pas.",
    ),
    (
        "{yeas:count} yeas and {nays:count} nays are more than the House has seats.",
        "{yeas:count} pour et {nays:count} contre dépassent le nombre de sièges de la Chambre.",
    ),
    (
        "The list asked for in {language:words} is not: its results read {text:quoted}.",
        "La liste demandée en {language:words} ne l’est pas : ses résultats se lisent {text:quoted}.",
    ),
    (
        "The list of votes lacks {missing:count} of {last:count} numbers.",
        "Il manque {missing:count} des {last:count} numéros à la liste des votes.",
    ),
    (
        "number {number} is far beyond {last}, the one before",
        "le numéro {number} est bien au-delà du précédent, {last}",
    ),
    ("the division number is {number}", "le numéro du vote est {number}"),
    ("the vote has no time", "le vote n’a pas d’heure"),
    ("the time {time} has a zone", "l’heure {time} a un fuseau"),
    ("the time {time} has no zone", "l’heure {time} n’a pas de fuseau"),
    (
        "the year of {time} is outside every known Parliament",
        "l’année de {time} n’est pas celle d’une législature connue",
    ),
    # Ballots
    ("The ballot document is empty.", "Le document des votes des députés est vide."),
    (
        "The ballot file's first line is {text:quoted} instead of {header:quoted}.",
        "La première ligne du fichier des votes des députés est {text:quoted} au lieu de {header:quoted}.",
    ),
    (
        "The ballot file breaks off: its last line has no end.",
        "Le fichier des votes des députés est interrompu : sa dernière ligne n’a pas de fin.",
    ),
    (
        "The ballots are of another division: their `{tag}` is {said} instead of {wanted}.",
        "Le document est celui d’un autre vote : son `{tag}` est {said} au lieu de {wanted}.",
    ),
    ("the row has {count:count} fields instead of 5", "la ligne a {count:count} champs au lieu de 5"),
    (
        "{text:quoted} is not of the form Name (Riding)",
        "{text:quoted} n’est pas de la forme Nom (Circonscription)",
    ),
    (
        "the vote is {vote:quoted} and the pair {pair:quoted}, which is new",
        "le vote est {vote:quoted} et le pairage {pair:quoted}, ce qui est nouveau",
    ),
    ("`{name}` is missing", "`{name}` manque"),
    (
        "`{name}` appears twice in the row, with different values",
        "`{name}` figure deux fois sur la ligne, avec des valeurs différentes",
    ),
    ("`{name}` appears twice in one record", "`{name}` figure deux fois dans un enregistrement"),
    (
        "`{names}` appears twice in the record, with different values: {reason:text}",
        "`{names}` figure deux fois dans l’enregistrement, avec des valeurs différentes : {reason:text}",
    ),
    (
        "a vote flag is {text:quoted} instead of true or false",
        "un indicateur de vote est {text:quoted} au lieu de true ou false",
    ),
    ("the PersonId is {text:quoted}", "le PersonId est {text:quoted}"),
    ("the member neither voted nor was paired", "la personne n’a ni voté ni été pairée"),
    ("the member has no name", "la personne n’a pas de nom"),
    (
        "`{name}` is {text:quoted}, which is no whole number",
        "`{name}` est {text:quoted}, ce qui n’est pas un nombre entier",
    ),
    ("`{name}` holds a zero byte, which no text has", "`{name}` contient un octet nul, ce qu’aucun texte n’a"),
    (
        "{name} appears {count:count} times in the document, with different content",
        "{name} figure {count:count} fois dans le document, avec des contenus différents",
    ),
    # Members
    (
        "The roles document has no seat that can be read: {reason:text}.",
        "La fiche des fonctions n’a aucun siège lisible : {reason:text}.",
    ),
    ("The roles document has no seat that can be read.", "La fiche des fonctions n’a aucun siège lisible."),
    (
        "The roles document has seats of several persons: {persons}.",
        "La fiche des fonctions a les sièges de plusieurs personnes : {persons}.",
    ),
    (
        "The roles document has {count:count} terms; the last good one had {before:count}.",
        "La fiche des fonctions a {count:count} mandats; la dernière bonne en avait {before:count}.",
    ),
    (
        "The document is of the person {found}, and {wanted} was asked for.",
        "Le document est celui de la personne {found}, alors que {wanted} était demandée.",
    ),
    ("the seat has no first day", "le siège n’a pas de premier jour"),
    (
        "the role ends on {last:day}, before it begins on {first:day}",
        "la fonction finit le {last:day}, avant son début le {first:day}",
    ),
    (
        "the seat ends on {last:day}, before it begins on {first:day}",
        "le mandat finit le {last:day}, avant son début le {first:day}",
    ),
    ("The members document is empty.", "Le document des députés est vide."),
    (
        "The members file breaks off: its last line has no end.",
        "Le fichier des députés est interrompu : sa dernière ligne n’a pas de fin.",
    ),
    ("The members file is not CSV: {reason:text}", "Le fichier des députés n’est pas du CSV : {reason:text}"),
    ("The members file has no column {name:quoted}.", "Le fichier des députés n’a pas de colonne {name:quoted}."),
    ("The PersonId {id} belongs to two members.", "Le PersonId {id} appartient à deux personnes."),
    (
        "A membership ends on {last:day}, not after it begins on {first:day}.",
        "Un mandat finit le {last:day}, et non après son début le {first:day}.",
    ),
    (
        "The membership from {earlier:day} overlaps the one from {later:day}.",
        "Le mandat du {earlier:day} chevauche celui du {later:day}.",
    ),
    # Not fetched
    ("HTTP {status}", "HTTP {status}"),
    (
        "{host} asks for a pause of {seconds} s",
        "{host} demande une pause de {seconds} s",
    ),
    ("{host} is not reachable: {reason:text}", "{host} est injoignable : {reason:text}"),
    (
        "{host} failed {count:count} times in a row: {reason:text}",
        "{host} a échoué {count:count} fois de suite : {reason:text}",
    ),
    ("the answer cannot be used: {reason}", "la réponse est inutilisable : « {reason} »"),
    ("redirected more than {count:count} times", "redirigé plus de {count:count} fois"),
    ("redirected from https to an address without it", "redirigé de https vers une adresse sans https"),
    ("the host {host:quoted} is not one that may be asked", "l’hôte {host:quoted} n’est pas autorisé"),
    ("redirected to {target:quoted}, which is no address", "redirigé vers {target:quoted}, qui n’est pas une adresse"),
    (
        "the body is {count} bytes long, more than {most}",
        "le corps compte {count} octets, plus de {most}",
    ),
    ("the body is longer than {most} bytes", "le corps dépasse {most} octets"),
    ("something follows the compressed body", "quelque chose suit le corps compressé"),
    ("the compressed body is cut off", "le corps compressé est tronqué"),
    ("the compressed body is damaged", "le corps compressé est endommagé"),
    (
        "the body is encoded as {text:quoted}, which was not asked for",
        "le corps est encodé en {text:quoted}, non demandé",
    ),
    ("the name of the host is unknown", "le nom de l’hôte est inconnu"),
    ("the name has no address", "le nom n’a pas d’adresse"),
    ("the connection was refused", "la connexion a été refusée"),
    ("no connection in time", "la connexion n’a pas été établie à temps"),
    ("no answer in time", "la réponse n’est pas arrivée à temps"),
    ("the answer broke off", "la réponse a été interrompue"),
    ("the document did not end within {seconds} s", "le document n’était pas terminé après {seconds} s"),
    ("the answer is longer than its document may be", "la réponse est plus longue que son document ne peut l’être"),
    ("more than {count:count} interim answers", "plus de {count:count} réponses provisoires"),
    # What the reader of JSON says
    ("{reason:text} - at `{path}`", "{reason:text} – à `{path}`"),
    ("Object missing required field `{name}`", "le champ obligatoire `{name}` manque"),
    ("Expected `{wanted}`, got `{found}`", "`{wanted}` attendu, `{found}` trouvé"),
    ("Expected `{wanted}` {bound}", "`{wanted}` {bound} attendu"),
    ("Invalid RFC3339 encoded datetime", "date-heure RFC 3339 non valide"),
    ("Input data was truncated", "les données sont tronquées"),
    ("JSON is malformed: {reason} (byte {byte})", "JSON mal formé : « {reason} » (octet {byte})"),
)
