"""Messages of findings: what loads write, and the same in French. `{name:kind}` is explained in `translate`."""

from typing import Final

FINDINGS: Final[tuple[tuple[str, str], ...]] = (
    # Bills
    (
        "`{name}` is {day:day}, which is still to come; it is not served.",
        "`{name}` est le {day:day}, une date encore à venir; elle n’est pas publiée.",
    ),
    (
        "`{name}` is {day:day}, when {session} did not sit; not served.",
        "`{name}` est le {day:day}, un jour où la session {session} ne siégeait pas; cette date n’est pas publiée.",
    ),
    (
        "A stage has a date that is still to come; it is not served.",
        "Une étape porte une date encore à venir; cette date n’est pas publiée.",
    ),
    (
        "`{later}` is {after:day}, before `{earlier}`, {before:day}.",
        "`{later}` est le {after:day}, avant `{earlier}`, le {before:day}.",
    ),
    (
        "`{name}` is {text:quoted}, which is no title; it is not served.",
        "`{name}` est {text:quoted}, ce qui n’est pas un titre; ce texte n’est pas publié.",
    ),
    (
        "`{name}` is in the other language: {text:quoted}; it is not served.",
        "`{name}` est dans l’autre langue : {text:quoted}; ce texte n’est pas publié.",
    ),
    (
        "LEGISinfo names no sponsor any more; the last one was {name}.",
        "LEGISinfo ne nomme plus de parrain; le dernier connu était {name}.",
    ),
    (
        "{days:text}; by LEGISinfo's list {session} did not sit then.",
        "{days:text}; selon la liste de LEGISinfo, la session {session} ne siégeait pas alors.",
    ),
    ("`{name}` is {day:day}, {more:text}", "`{name}` est le {day:day}, {more:text}"),
    ("`{name}` is {day:day}", "`{name}` est le {day:day}"),
    (
        "{number} is named by a vote of {session}, but LEGISinfo's list does not have it yet.",
        "{number} est nommé par un vote de la session {session}, mais ne figure pas encore dans la liste de LEGISinfo.",
    ),
    (
        "LEGISinfo gives the id {id} to several bills; it is not served.",
        "LEGISinfo donne l’identifiant {id} à plusieurs projets de loi; il n’est pas publié.",
    ),
    (
        "The type {text:quoted} is new; it is served with the code `unknown`.",
        "Le type {text:quoted} est nouveau; il est publié sous le code `unknown`.",
    ),
    (
        "The status {text:quoted} is new; it is served with the code `unknown`.",
        "L’état {text:quoted} est nouveau; il est publié sous le code `unknown`.",
    ),
    (
        "The stage {text:quoted} is new; it is served with the code `unknown`.",
        "L’étape {text:quoted} est nouvelle; elle est publiée sous le code `unknown`.",
    ),
    (
        "The state {state:quoted} of {stage:quoted} is new.",
        "L’état {state:quoted} de l’étape {stage:quoted} est nouveau.",
    ),
    (
        "The {where:words} says royal assent, but there is no date of it.",
        "{where:words} indique la sanction royale, mais sa date n’est pas donnée.",
    ),
    (
        "Assent was given on {day:day}; the status: {status}.",
        "La sanction royale a été donnée le {day:day}; l’état est « {status} ».",
    ),
    (
        "LEGISinfo's list has the id {listed}, the bill's own record {own}.",
        "La liste de LEGISinfo donne l’identifiant {listed}, la fiche du projet de loi {own}.",
    ),
    (
        "Only LEGISinfo's list says {reading:words} reading on {day:day}; its own record does not.",
        "Seule la liste de LEGISinfo date {reading:words} du {day:day}; la fiche du projet de loi ne le fait pas.",
    ),
    (
        "The sponsor {name} may be any of the members {persons}; no PersonId is given.",
        "Le parrain {name} peut être l’un ou l’autre des membres {persons}; aucun PersonId n’est donné.",
    ),
    (
        "{count:count} bills of {session} name sponsors whom no list or ballot has with an id: {names}.",
        "{count:count} projets de loi de la session {session} ont un parrain qu’aucune liste et aucun vote "
        "ne donnent avec un "
        "identifiant : {names}.",
    ),
    (
        "LEGISinfo lists it under the ids {ids}; {id} is served.",
        "LEGISinfo le liste sous les identifiants {ids}; {id} est publié.",
    ),
    (
        "LEGISinfo lists it twice under one id, differently; not used: {fields}.",
        "LEGISinfo le liste deux fois sous un même identifiant, avec des contenus différents; non retenus : {fields}.",
    ),
    (
        "LEGISinfo lists it twice under one id, differently; the later one is served.",
        "LEGISinfo le liste deux fois sous un même identifiant, avec des contenus différents; le plus "
        "récent est publié.",
    ),
    # Votes
    (
        "The French list has the English text {text:quoted}; French is missing.",
        "La liste française porte le texte anglais {text:quoted}; le français manque.",
    ),
    ("The vote names the bill {text:quoted}.", "Le vote nomme le projet de loi {text:quoted}."),
    (
        "The French list of the votes of {session} is not published; {count:count} subjects have no French.",
        "La liste française des votes de la session {session} n’est pas publiée; {count:count} objets "
        "n’ont pas de texte français.",
    ),
    (
        "The French list of votes does not have this vote yet.",
        "La liste française des votes n’a pas encore ce vote.",
    ),
    (
        "The result is {result:quoted}, without totals, and the ballots give {counted}; the result is not counted on.",
        "Le résultat est {result:quoted}, sans totaux, et le vote de chaque député donne {counted}; ce "
        "résultat n’est pas retenu.",
    ),
    (
        "The result is {result:quoted} at {yeas}–{nays}; the ballots bear the result out.",
        "Le résultat est {result:quoted} avec {yeas}–{nays}; le vote de chaque député le confirme.",
    ),
    (
        "The result is {result:quoted} at {yeas}–{nays}; the result is not counted on.",
        "Le résultat est {result:quoted} avec {yeas}–{nays}; ce résultat n’est pas retenu.",
    ),
    (
        "The result {result:quoted} is new; it is served with the code `unknown`.",
        "Le résultat {result:quoted} est nouveau; il est publié sous le code `unknown`.",
    ),
    (
        "The list gives no result; it is served with the code `unknown`.",
        "La liste ne donne aucun résultat; il est publié sous le code `unknown`.",
    ),
    (
        "No totals are announced; the result is {result:quoted}.",
        "Aucun total n’est annoncé; le résultat est {result:quoted}.",
    ),
    (
        "The ballots give {counted}, announced were {announced} (paired {paired} of {pairs}); both are kept.",
        "Le vote de chaque député donne {counted}, les totaux annoncés étaient {announced} (pairés : "
        "{paired} sur {pairs}); "
        "les deux sont conservés.",
    ),
    (
        "The ballots give {counted}, announced were {announced} (paired {paired} of {pairs}); both are "
        "kept. {rest:text}",
        "Le vote de chaque député donne {counted}, les totaux annoncés étaient {announced} (pairés : "
        "{paired} sur {pairs}); "
        "les deux sont conservés. {rest:text}",
    ),
    (
        "The {side:words} fall short by {count:count}: a ballot was struck later, or a member was on both "
        "lists, of which "
        "the House's CSV prints one.",
        "Il manque {count:count} voix du côté {side:words} : une voix a été retirée plus tard, ou une "
        "personne figurait sur "
        "les deux listes, dont le fichier CSV de la Chambre n’imprime qu’une.",
    ),
    (
        "On both lists, and counted on both sides: {members}.",
        "Sur les deux listes, et comptés des deux côtés : {members}.",
    ),
    ("The subject is {text:quoted}, which says nothing.", "L’objet est {text:quoted}, ce qui ne dit rien."),
    (
        "The ballots of this vote are not published yet.",
        "Le vote de chaque député n’est pas encore publié.",
    ),
    (
        "Parliament publishes no ballots of this vote.",
        "Le Parlement ne publie pas le vote de chaque député pour ce vote.",
    ),
    (
        "Division numbers run without gaps, but the list does not have this one.",
        "Les numéros de vote se suivent sans lacune, mais la liste n’a pas celui-ci.",
    ),
    (
        "More than one row, word for word, kept once; PersonId {persons}.",
        "Plusieurs lignes identiques, gardées une seule fois; PersonId {persons}.",
    ),
    (
        "{said:text}. They are one ballot, and what they disagree about is not known.",
        "{said:text}. C’est une seule voix, et ce sur quoi les lignes divergent reste inconnu.",
    ),
    (
        "{name} ({id}) appears in {count:count} rows with a different {fields:words}",
        "{name} ({id}) figure sur {count:count} lignes qui diffèrent ({fields:words})",
    ),
    (
        "{name} ({id}) has `{field}` twice in one row, with different values",
        "{name} ({id}) a deux fois `{field}` sur une ligne, avec des valeurs différentes",
    ),
    (
        "The vote is dated {day:day}; {session} sat from {first:day} to {last:day}.",
        "Le vote est daté du {day:day}; la session {session} a siégé du {first:day} au {last:day}.",
    ),
    (
        "The vote is dated {day:day}; {session} sat from {first} to now.",
        "Le vote est daté du {day:day}; la session {session} siège depuis le {first}.",
    ),
    # Members
    (
        "The roles document has no seat from {first:day} to {last:day}, but there are ballots.",
        "La fiche des fonctions n’a aucun siège du {first:day} au {last:day}, alors que des votes sont inscrits.",
    ),
    (
        "The roles document has the riding {stated}, the ballots of that time {voted}.",
        "La fiche des fonctions donne la circonscription {stated}, les votes de cette période {voted}.",
    ),
    (
        "The roles document has the caucus {stated}, the ballots from {first:day} {voted}.",
        "La fiche des fonctions donne le caucus {stated}, les votes à partir du {first:day} {voted}.",
    ),
    (
        "There are ballots from {first:day} to {last:day}; the roles document has no seat on all days.",
        "Des votes sont inscrits du {first:day} au {last:day}; la fiche des fonctions n’a pas de siège "
        "chacun de ces jours.",
    ),
    (
        "The list gives no first day of the seat {riding}.",
        "La liste ne donne pas le premier jour du siège de {riding}.",
    ),
    (
        "The members list has the riding {listed}, the ballots of that time {voted:words}.",
        "La liste des députés donne la circonscription {listed}, les votes de cette période {voted:words}.",
    ),
    (
        "The members list ends the seat on {end:day}, but a ballot is of {ballot:day}.",
        "La liste des députés fait finir le mandat le {end:day}, mais un vote est daté du {ballot:day}.",
    ),
    (
        "The members list has the caucus {listed}, the latest ballot {voted}.",
        "La liste des députés donne le caucus {listed}, le vote le plus récent {voted}.",
    ),
    (
        "The list of sitting members does not have this member any more; since when is not known.",
        "La liste des députés en exercice n’a plus cette personne; on ne sait pas depuis quand.",
    ),
    (
        "{caucus} for {riding} on {day:day} lasted only within that day; see the ballots.",
        "{caucus} pour {riding} le {day:day} n’a duré que ce jour-là; voir les votes.",
    ),
    (
        "Both {one} (from {from_one:day}, proven on {proven:day}) and {other} (from {from_other:day}) hold "
        "{riding}, which is "
        "one seat. Figures of those days are not published.",
        "{one} (depuis le {from_one:day}, attesté le {proven:day}) et {other} (depuis le {from_other:day}) "
        "occupent {riding}, "
        "qui n’a qu’un siège. Les chiffres de ces jours ne sont pas publiés.",
    ),
    (
        "{members:count} members hold the {seats:count} seats of the House on {day:day}. Figures of such days are not "
        "published.",
        "{members:count} membres occupent les {seats:count} sièges de la Chambre le {day:day}. Les "
        "chiffres de tels jours ne "
        "sont pas publiés.",
    ),
    (
        "The members list has no PersonId for {name} ({riding}), and several persons have this name and riding in that "
        "Parliament.",
        "La liste des députés n’a pas de PersonId pour {name} ({riding}), et plusieurs personnes portent "
        "ce nom pour cette "
        "circonscription dans cette législature.",
    ),
    (
        "The members list has no PersonId for {name} ({riding}), and no person with a PersonId has this name "
        "and riding in that "
        "Parliament.",
        "La liste des députés n’a pas de PersonId pour {name} ({riding}), et personne qui en ait un ne "
        "porte ce nom pour "
        "cette circonscription dans cette législature.",
    ),
    (
        "{count:count} seats of the members lists have no PersonId, and there are no ballots of that Parliament.",
        "{count:count} sièges des listes de députés n’ont pas de PersonId, et aucun vote de cette "
        "législature n’est disponible.",
    ),
    # All kinds
    (
        "{source:words} does not have this any more; the last known state stays.",
        "Ne figure plus dans le document d’origine ({source:words}); le dernier état connu demeure.",
    ),
    (
        "The record appears more than once in {source:words}, word for word; it is kept once.",
        "L’enregistrement figure plusieurs fois, mot pour mot, dans {source:words}; il est gardé une fois.",
    ),
    (
        "`{name}` appears twice in the record, with different values; it is not used.",
        "`{name}` figure deux fois dans l’enregistrement, avec des valeurs différentes; ce champ n’est pas retenu.",
    ),
    (
        "Upstream has fixed {where:words} of {key}; the override applies no more. Then: {fix}",
        "La source a corrigé {where:words} de {key}; la rectification ne s’applique plus. Ensuite : {fix}",
    ),
    (
        "Upstream now says something else for {where:words} of {key}; look whether it is right: {fix}",
        "La source dit maintenant autre chose pour {where:words} de {key}; vérifiez si c’est exact : {fix}",
    ),
    (
        "Upstream now says {value} for {where:words} of {key}; look whether it is right: {fix}",
        "La source dit maintenant « {value} » pour {where:words} de {key}; vérifiez si c’est exact : {fix}",
    ),
)
