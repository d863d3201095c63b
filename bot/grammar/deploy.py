"""Which release goes where, in three dialects. Pure.

shop@1.4.2 to production      shop/topic/branch to production/web1,web2      shop 1.4.2 production
"""

from collections.abc import Iterable
from dataclasses import replace

from bot.grammar import options
from bot.grammar.forms import DeployTo, Misread
from bot.grammar.heard import Heard
from bot.grammar.parts import Words, read_place, read_ref, read_release
from bot.grammar.words import Word


def read_deploy(words: Iterable[Word], heard: Heard) -> DeployTo | Misread:
    plain, asked = options.part(words)
    misread = _release_and_place(heard, plain)
    trouble = options.take(heard, asked) or misread
    if trouble:
        unquoted = trouble is misread and heard.force == "" and options.BANG not in asked
        return (
            replace(trouble, what=f"{trouble.what}; a reason for `--force` stands in quotes") if unquoted else trouble
        )
    return DeployTo(
        service=heard.service,
        environment=heard.environment,
        ref=heard.ref or None,
        hosts=heard.hosts,
        force=heard.force,
        strategy=heard.strategy or None,
        now=heard.now,
        wait=heard.wait,
    )


def _release_and_place(heard: Heard, words: Words) -> Misread | None:
    if not words:
        return heard.not_understood("what should go where")
    trouble = read_release(heard, words) or _bare_ref(heard, words)
    if trouble:
        return trouble
    if words and words[0].is_arrow:
        words.popleft()
    if not words:
        return heard.not_understood("where it should go")
    trouble = read_place(heard, words)
    return trouble or (heard.not_understood(str(words[0])) if words else None)


def _bare_ref(heard: Heard, words: Words) -> Misread | None:
    """A ref between service and place. One word alone could be either, and is not guessed."""
    if heard.ref or not words or words[0].is_arrow:
        return None
    if len(words) == 1 and not words[0].quoted:
        return heard.not_understood(f"whether {words[0]} is a ref or an environment")
    return read_ref(heard, words)
