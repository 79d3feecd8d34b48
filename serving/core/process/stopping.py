"""How a serving process hears that it will end soon. Imports nothing, for the server that says so."""

import signal
from typing import Final

STOPPING: Final = signal.SIGUSR1
"""The signal by which the server tells its processes."""
