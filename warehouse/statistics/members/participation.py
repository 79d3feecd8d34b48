"""Taking part in recorded votes. Never attendance: the House publishes no reasons for a missing ballot."""

import msgspec
import numpy as np

from warehouse.statistics.counting.formulas import Counts, Flags, Floats, ratio
from warehouse.statistics.counting.sheets import Sheet


class Participation(msgspec.Struct, frozen=True, kw_only=True):
    """Divisions of each person of a sheet."""

    eligible: Counts
    cast: Counts
    paired: Counts

    @property
    def share(self) -> Floats:
        """`participation/1`: cast/(eligible - paired); undefined for who was never eligible, such as the Chair."""
        return ratio(self.cast, self.eligible - self.paired)

    @property
    def presence_any(self) -> Floats:
        """`presence-any/1`: (cast + paired)/eligible."""
        return ratio(self.cast + self.paired, self.eligible)

    @property
    def silent(self) -> Counts:
        """Divisions without a recorded vote of an eligible member."""
        return self.eligible - self.cast - self.paired


def participation(sheet: Sheet, wanted: Flags | None = None) -> Participation:
    """Count each person's divisions, all of them or the wanted cells; none of a day whose members are doubtful."""
    cells = np.ones(sheet.position.shape, np.bool_) if wanted is None else wanted
    cells = cells & ~sheet.doubtful[:, None]
    return Participation(
        eligible=(sheet.eligible & cells).sum(axis=0),
        cast=(sheet.cast & cells).sum(axis=0),
        paired=(sheet.is_paired & cells).sum(axis=0),
    )
