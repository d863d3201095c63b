"""What CloudWatch keeps under the name of a metric: asked where that metric has no point."""

from dataclasses import dataclass

Dimensions = tuple[tuple[str, str], ...]
"""Names and values, sorted by name."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Of one account, namespace and name, all that had data within two weeks: CloudWatch lists nothing older.

    `series`: the dimensions of each. `names`: the namespace's metrics, only where there is no such series;
    `namespaces`: those there are, only where that one is empty. `whole` False: there are more series than were read.
    `trouble`: why it could not be asked; all else is empty then.
    """

    region: str = ""
    series: frozenset[Dimensions] = frozenset()
    names: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    whole: bool = True
    trouble: str = ""
