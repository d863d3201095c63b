"""What may be meant by the letters typed so far: the lines of menus with type-ahead."""

import re
from collections.abc import Iterable, Sequence

from rapidfuzz import process

from bot.offers import Offers, Suggestion

MOST = 100  # lines that Slack takes
MOST_NAMES = 60  # of them for tags and branches, so that commits have room
NEAR_ENOUGH = 70  # of 100, rapidfuzz' weighted ratio; only where nothing holds what was typed
NAMES, COMMITS, TYPED = "Tags and branches", "Commits", "As typed"
HEX = re.compile(r"[0-9a-f]{4,40}")


def nearest_first(typed: str, names: Sequence[str], most: int = MOST) -> list[str]:
    """What begins with it, then what holds it, each in the order given; where nothing does, what is near to it."""
    wanted = typed.strip().lower()
    if not wanted:
        return list(names[:most])
    held = [name for name in names if wanted in name.lower()]
    if held:
        return sorted(held, key=lambda name: not name.lower().startswith(wanted))[:most]
    return [name for name, _, _ in process.extract(wanted, names, limit=most, score_cutoff=NEAR_ENOUGH)]


def services(typed: str, names: Iterable[str]) -> list[Suggestion]:
    return [Suggestion(name, name) for name in nearest_first(typed, sorted(names))]


def releases(typed: str, offers: Offers, usable: bool) -> list[Suggestion]:
    """Names, then commits; and the text itself, where it is `usable` as a ref: first when nothing holds it."""
    wanted = typed.strip()
    names = [Suggestion(name, name, NAMES) for name in nearest_first(wanted, offers.names, MOST_NAMES)]
    known = [*names, *_commits(wanted.lower(), offers)][: MOST - 1]
    if not wanted or not usable or wanted in offers.names:
        return known
    own = Suggestion(wanted, f"use {wanted}", TYPED)
    return [*known, own] if any(wanted.lower() in one.label.lower() for one in known) else [own, *known]


def _commits(wanted: str, offers: Offers) -> list[Suggestion]:
    """By the beginning of the SHA, or by what the subject or the author's name holds."""
    return [
        Suggestion(commit.sha, f"{commit.sha[:7]} {commit.subject} · {commit.author}", COMMITS)
        for commit in offers.commits
        if wanted in f"{commit.subject} {commit.author}".lower() or _is_sha(wanted, commit.sha)
    ]


def _is_sha(wanted: str, sha: str) -> bool:
    return bool(HEX.fullmatch(wanted)) and sha.startswith(wanted)
