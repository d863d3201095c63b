"""Builders whose answer is kept by what they were given: a deploy's message is built each second or two, and most of
its blocks are those of the last time. slack_sdk looks through every object for its checks whenever it is made a dict.
"""

import json
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec

from bot.messages.limits import Block

MOST = 1000  # blocks of each builder
P = ParamSpec("P")


def remembered(build: Callable[P, Block]) -> Callable[P, Block]:
    """For a pure builder that takes what JSON can hold; each answer is the caller's own, to be changed at will."""

    @lru_cache(maxsize=MOST)
    def built(given: str) -> str:
        arguments, named = json.loads(given)
        return json.dumps(build(*arguments, **named))

    @wraps(build)
    def remembering(*arguments: P.args, **named: P.kwargs) -> Block:
        found: Block = json.loads(built(json.dumps([arguments, named])))
        return found

    return remembering
