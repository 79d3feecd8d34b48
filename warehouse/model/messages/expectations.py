"""What Great Expectations checks of whole columns: the meanings of its expectations, and the same in French."""

from typing import Final

EXPECTATIONS: Final[tuple[tuple[str, str], ...]] = (
    ("{column}: expected: {meaning:text}", "{column} : attendu : {meaning:text}"),
    # Keys
    ("Every bill has its public key.", "Chaque projet de loi a sa clé publique."),
    ("Every vote has its public key.", "Chaque vote a sa clé publique."),
    ("A key is one bill.", "Une clé désigne un seul projet de loi."),
    ("A key is one vote.", "Une clé désigne un seul vote."),
    ("A key is one member.", "Une clé désigne une seule personne."),
    ("A key is session and number: 45-1/C-3.", "Une clé se compose de la session et du numéro : 45-1/C-3."),
    (
        "A key is session, chamber and number: 45-1/commons/43.",
        "Une clé se compose de la session, de la chambre et du numéro : 45-1/commons/43.",
    ),
    ("A LEGISinfo id is one bill.", "Un identifiant de LEGISinfo désigne un seul projet de loi."),
    ("No PersonId is 0.", "Aucun PersonId n’est 0."),
    # Texts
    ("Every bill has its English title.", "Chaque projet de loi a son titre en anglais."),
    ("Every bill has its French title.", "Chaque projet de loi a son titre en français."),
    ("Every vote has its English subject.", "Chaque vote a son objet en anglais."),
    ("Every member has a name.", "Chaque personne a un nom."),
    ("Every ballot names its member.", "Le vote de chaque député nomme la personne."),
    ("Every ballot names the riding.", "Le vote de chaque député nomme la circonscription."),
    (
        "Every ballot names the caucus at that moment.",
        "Le vote de chaque député nomme son caucus au moment du vote.",
    ),
    # Lists
    ("Every bill has a status.", "Chaque projet de loi a un état."),
    ("The type is of the known list.", "Le type fait partie de la liste connue."),
    ("The status is of the known list.", "L’état fait partie de la liste connue."),
    ("The result is of the known list.", "Le résultat fait partie de la liste connue."),
    ("The position is of the known list.", "La position fait partie de la liste connue."),
    ("The caucus is of the known list.", "Le caucus fait partie de la liste connue."),
    ("The province is one of the thirteen.", "La province ou le territoire est l’un des treize."),
    ("A bill begins in one of the two chambers.", "Un projet de loi est déposé dans l’une des deux chambres."),
    # Time
    ("Every vote has its instant.", "Chaque vote a son instant."),
    ("No bill is older than the 35th Parliament.", "Aucun projet de loi ne précède la 35e législature."),
    ("No vote is older than the 35th Parliament.", "Aucun vote ne précède la 35e législature."),
    ("A bill becomes law after its introduction.", "Un projet de loi reçoit la sanction royale après son dépôt."),
    ("The House's readings are in order.", "Les lectures à la Chambre se suivent dans l’ordre."),
    ("The Senate's readings are in order.", "Les lectures au Sénat se suivent dans l’ordre."),
    ("Memberships end after they begin.", "Un mandat se termine après son début."),
    # Numbers
    ("No more yeas than seats.", "Pas plus de voix pour que de sièges."),
    ("No more nays than seats.", "Pas plus de voix contre que de sièges."),
    ("No more pairs than seats.", "Pas plus de députés pairés que de sièges."),
    ("A member votes once in a vote.", "Une personne ne vote qu’une fois par vote."),
    ("Every member has held a seat.", "Chaque personne a occupé un siège."),
)
