"""How a field says no: what is wrong, what is allowed and the way out, carried through pydantic as one error."""

from pydantic_core import PydanticCustomError

REFUSED = "refused"


def refuse(what: str, allowed: str = "", hint: str = "", shown: bool = True) -> PydanticCustomError:
    """An error to raise in a validator; `bot.fleet.problems` turns it into a Problem with its path. `shown`: with what
    stood there.
    """
    context = {"what": what, "allowed": allowed, "hint": hint}
    return PydanticCustomError(REFUSED, "{what}", context if shown else {**context, "hidden": True})
