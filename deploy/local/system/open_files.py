"""How many files and connections this process and its children may have open at once."""

from typing import Final

_USUAL_MOST: Final = 1024
"""What is assumed of a system that does not say."""


def allow(wanted: int) -> int:
    """Raise the limit to `wanted` as far as the system lets us, and return the limit now: `wanted`, or less."""
    try:
        import resource
    except ImportError:
        return min(wanted, _USUAL_MOST)
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    if now == unlimited or now >= wanted:
        return wanted
    wanted = wanted if most == unlimited else min(wanted, most)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
    except (OSError, ValueError):  # some systems say that there is no limit, and have one
        return now
    return wanted
