"""What was asked for and waits for a confirming click."""

from dataclasses import dataclass

from bot.doubts import Doubt
from bot.drafts import Draft
from bot.preview import Preview


@dataclass(frozen=True, slots=True)
class Change:
    """What a plan does otherwise than the one that was shown: `release`, `hosts`, `stages`, …"""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal as it is shown; `asks` is why a click is wanted, `changed` why it is shown anew."""

    draft: Draft
    preview: Preview
    asks: tuple[Doubt, ...]
    changed: tuple[Change, ...] = ()
