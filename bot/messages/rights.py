"""Who may do what somebody else wanted to do."""

from collections.abc import Sequence

from bot.messages.words import listing, mention


def who_may(people: Sequence[str]) -> str:
    """The way out of "you may not": `Those who may: @leads, @ana. Ask one of them.` Nobody is told by it but the asker.

    `people` are user ids and @handles, as the fleet file has them.
    """
    if not people:
        return "Nobody may, as the fleet file stands: have somebody named under `access` there."
    return f"Those who may: {listing([mention(one, {}) for one in people], most=20)}. Ask one of them."
