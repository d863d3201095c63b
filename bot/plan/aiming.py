"""How many hosts somebody means who asks for a number, or why there shall not be so many. Pure."""

from bot.model import Target
from bot.plan.bounds import Bounds
from bot.refusals import Reason, Refusal


def aim(target: Target, here: int, wanted: int, asked: str, limits: Bounds) -> int | Refusal:
    """`asked` is how it was typed: `500`, `+2`, `-5`."""
    known = (str(limits.least), str(limits.most))
    if not limits.least <= wanted <= limits.most:
        return Refusal(Reason.OUT_OF_LIMITS, asked, known, detail=str(here), target=target)
    if wanted == here:
        return Refusal(Reason.SO_MANY, asked, known, detail=str(here), target=target)
    return wanted
