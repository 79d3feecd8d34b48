"""`serving.asgi:app`, what an ASGI server loads. Settings are read when it starts, not when this is imported."""

import gc

from serving.core.http.exchange import Scope
from serving.core.http.messages import App, Receive, Send


class LazyApp:
    """Makes the application at the server's first event, which is its start-up."""

    def __init__(self) -> None:
        self._app: App | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and from the second event on without this layer's work."""
        if self._app is None:
            self._app = _create()
        await self._app(scope, receive, send)


def _create() -> App:
    from serving.app import SERVICES, create_app  # noqa: PLC0415 (Litestar takes a second to import)
    from serving.core.service import process_name  # noqa: PLC0415
    from warehouse.runtime import logging, telemetry  # noqa: PLC0415
    from warehouse.runtime.settings import read_settings  # noqa: PLC0415

    settings = read_settings()
    name = process_name(SERVICES, settings.api_services)
    logging.configure(level=settings.log_level, service=name)
    logging.log_uncaught()
    telemetry.start(name)
    application = create_app(settings)
    _spare_collections()
    return application


def _spare_collections() -> None:
    """What start-up made stays for good, so the collector need not look through it again and again; and requests leave
    next to no cycles behind. Together a tenth of what a request costs that is not answered from memory."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


app = LazyApp()
