"""One process of several that share a limit: it asks for tokens at once when told to, and says how many it got.

Its last argument is how many seconds it waits for Redis: on a busy machine longer than the product does.
"""

import asyncio
import json
import sys
import time

from warehouse.cache import buckets
from warehouse.cache.buckets import windows_of
from warehouse.cache.leases import Leases
from warehouse.runtime import logging


async def _run(redis_url: str, limits: str, processes: int) -> None:
    leases = Leases(windows_of(limits.split(",")), redis_url=redis_url, processes=processes)
    await leases.open()
    loop = asyncio.get_running_loop()
    print("ready", flush=True)
    while line := (await loop.run_in_executor(None, sys.stdin.readline)).split():
        caller, requests = line[0], int(line[1])
        began = time.monotonic()
        account = leases.account(caller)
        allowed = await asyncio.gather(*(leases.spend(account) for _ in range(requests)))
        print(json.dumps({"allowed": sum(allowed), "seconds": time.monotonic() - began}), flush=True)
    await leases.close()


if __name__ == "__main__":
    logging.configure(level="ERROR")
    buckets._TIMEOUT_S = float(sys.argv[4])  # type: ignore[misc]
    asyncio.run(_run(sys.argv[1], sys.argv[2], int(sys.argv[3])))
