"""What the form of a deploy offers, and what is chosen in it."""

from dataclasses import dataclass

from bot.records import Commit


@dataclass(frozen=True, slots=True)
class Offers:
    """What a service's repository is known to hold, newest first: tags and branches, and commits."""

    names: tuple[str, ...] = ()
    commits: tuple[Commit, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line of a menu: what it stands for, what it says, and the heading that it stands under (empty: none)."""

    value: str
    label: str
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is chosen so far; empty is not chosen, of the strategy: as the fleet file says."""

    service: str = ""
    environment: str = ""
    release: str = ""
    strategy: str = ""


@dataclass(frozen=True, slots=True)
class Memo:
    """What the form remembers: the channel that it was opened in, and of which command it shows the plan, with the SHA
    that this brings. Both are empty while no plan is shown.
    """

    channel: str
    of: str = ""
    sha: str = ""
