"""What every address that answers in JSON alone reads of a request first."""

from typing import NamedTuple

from serving.core.answers.answer import AnyRequest, require_format
from serving.core.answers.texts import View
from serving.core.http.exchange import Exchange, exchange_of
from serving.core.parameters.query_string import Parameters
from serving.core.process.platform import Platform


class JsonRequest(NamedTuple):
    """A request whose language is parsed; the caller parses the rest and calls `parameters.finish`."""

    exchange: Exchange
    parameters: Parameters
    view: View


def asked_in_json(request: AnyRequest, platform: Platform) -> JsonRequest:
    """The parameters and the language of a request.

    Raises:
        NotAcceptable: the caller does not take JSON.
        InvalidValue: the language is not offered.
    """
    exchange = exchange_of(request.scope)
    require_format(exchange, ("json",))
    parameters = Parameters(exchange.query)
    return JsonRequest(exchange, parameters, View(parameters.lang(), platform.versions.dataset))
