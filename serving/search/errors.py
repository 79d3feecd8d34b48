"""The problem that only a search can have."""

from serving.core.http.errors import RequestError


class InvalidQuery(RequestError):
    """The search query cannot be understood; `position` is the character, counted from 0, where the error is."""

    code = "query_invalid"
    titles = ("The query cannot be understood", "La requête est incompréhensible")
    meaning_fr = (
        "La requête de recherche est incompréhensible; `position` est le caractère, compté à partir de 0, où se "
        "trouve l’erreur."
    )
