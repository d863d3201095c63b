"""The protocol every system that can change a service's capacity fills in."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from bot.capacity import Pool, ScaleOrder, Standing

PoolT = TypeVar("PoolT", contravariant=True)


class PoolScaler(Protocol[PoolT]):
    """Changes how many machines a service has. Level-triggered: after a crash at any line the same order is given again
    and goes on with what it still needs, never twice over.

    Every method raises CloudError with the cloud's own words; what was reached until then stays.
    """

    def read(self, pool: PoolT) -> Standing:
        """As the cloud sees it now, and nothing is changed."""
        ...

    def shielded(self, pool: PoolT, names: Sequence[str]) -> frozenset[str]:
        """Those of them that the cloud was told never to end. Costs a call for each where the cloud has no list, so it
        is asked of those that would go, and not of all.
        """
        ...

    def advance(self, pool: PoolT, order: ScaleOrder) -> Standing:
        """Does the next things that the order still needs, waits for none of them, and says how it stands then.

        A shielded machine is not ended, whatever the order says: a note says so.
        Raises CloudFull where there is no room.
        """
        ...


Scaler = PoolScaler[Pool]
"""Of every kind of pool."""
