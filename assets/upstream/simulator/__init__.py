"""An invented Parliament in Parliament's addresses and formats: for demonstrations, load tests, faults.

Nothing here is real: parliaments are numbered from 90, party names say "(simulated)", titles and subjects end with it.
"""

from assets.upstream.simulator.story.faults import Affected, Fault
from assets.upstream.simulator.upstream import SIZES, SimulatedUpstream

__all__ = ["SIZES", "Affected", "Fault", "SimulatedUpstream"]
