"""How long a request may take, from its headers on: the wait for its turn is part of it, and so are all stores.

The layer is inside the cache: an answer out of memory costs no timer. What waits for something to happen, and what
never ends, is not bounded here.
"""

import asyncio
import time

from serving.core.http.errors import DeadlineExceeded
from serving.core.http.exchange import Scope, call_of, exchange_of
from serving.core.http.messages import App, Receive, Send
from warehouse.runtime import deadlines

RETRY_AFTER_S = 2


class DeadlineLayer:
    """Gives the request that is computed a deadline, and gives it up when that is over."""

    def __init__(self, inner: App, *, seconds: float) -> None:
        self._inner = inner
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on.

        Raises:
            DeadlineExceeded: it took too long.
        """
        elapsed_s = time.perf_counter() - call_of(scope).began
        try:
            async with asyncio.timeout(max(0.0, self._seconds - elapsed_s)) as timer:
                deadline = deadlines.Deadline(self._seconds, timer, elapsed_s=elapsed_s)
                exchange = exchange_of(scope)
                let_others = exchange.wait

                def wait() -> None:
                    let_others()
                    deadline.lift()

                exchange.wait = wait
                with deadlines.within(deadline):
                    await self._inner(scope, receive, send)
        except TimeoutError:
            if not timer.expired():
                raise
            raise _exceeded(self._seconds) from None


def _exceeded(seconds: float) -> DeadlineExceeded:
    limit_ms = round(seconds * 1000)
    return DeadlineExceeded(
        f"The answer was not ready within {limit_ms} ms. Try again shortly, or ask for less.",
        f"La réponse n’était pas prête en {limit_ms} ms. Réessayez bientôt, ou demandez-en moins.",
        headers={"retry-after": str(RETRY_AFTER_S)},
    )
