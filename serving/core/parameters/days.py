"""`as_of`: the day of which something is asked. A day is one of Ottawa's."""

import datetime as dt
import re
from typing import Final

from serving.core.http.errors import InvalidValue
from serving.core.parameters.query_string import Parameters
from serving.core.parameters.schemas import DAY, query_parameter
from serving.core.parameters.values import FilterSpec
from warehouse.runtime.clock import today

_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")


def day(name: str, value: str) -> dt.date:
    """A day that has begun.

    Raises:
        InvalidValue: it is no day, or still to come.
    """
    try:
        if not _DAY.fullmatch(value):
            raise ValueError
        found = dt.date.fromisoformat(value)
    except ValueError:
        raise InvalidValue(
            f"`{name}` must be a day such as 2025-06-01.",
            f"`{name}` doit être un jour comme 2025-06-01.",
            param=name,
        ) from None
    if found > today():
        raise InvalidValue(
            f"`{name}` lies in the future; who will sit then is not known.",
            f"`{name}` est dans le futur; on ne sait pas qui siégera.",
            param=name,
        )
    return found


def as_of(parameters: Parameters) -> dt.date | None:
    """The day of `as_of`; None where it is not given.

    Raises:
        InvalidValue: it is no day, or still to come.
    """
    text = parameters.single("as_of")
    return None if text is None else day("as_of", text)


def as_of_filter(en: str, fr: str) -> FilterSpec:
    """`as_of` among the filters of a list."""
    return FilterSpec(name="as_of", kind="date", read=day, example="2025-06-01", en=en, fr=fr)


AS_OF: Final = query_parameter(
    "as_of", "The day in Ottawa; today where it is not given. / Le jour à Ottawa; aujourd’hui par défaut.", DAY
)
AS_OF_MEMBERSHIP: Final = query_parameter(
    "as_of", "Only what covers this day in Ottawa. / Seulement ce qui couvre ce jour à Ottawa.", DAY
)
