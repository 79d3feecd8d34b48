"""The problem that only a scorecard can have."""

from serving.core.http.errors import RequestError


class QuotaExceeded(RequestError):
    """This caller has created as many scorecards as the quota allows for now."""

    status, code = 429, "quota_exceeded"
    titles = ("Quota exceeded", "Quota dépassé")
    meaning_fr = "Cet appelant a créé autant de fiches de notation que son quota le permet pour le moment."
