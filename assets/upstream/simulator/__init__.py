"""An invented Parliament with Parliament's addresses and formats, for demonstrations, load tests and faults.

Nothing here is real: parliaments are numbered from 90, and names of parties, titles and subjects end with
"(simulated)".
"""

from assets.upstream.simulator.story.faults import Affected, Fault
from assets.upstream.simulator.upstream import SIZES, SimulatedUpstream

__all__ = ["SIZES", "Affected", "Fault", "SimulatedUpstream"]
