"""What CI says of a commit, in words: which checks, where to look at them, and what is still missing."""

from collections.abc import Sequence
from datetime import timedelta

from bot.ci import CiState, CiVerdict, CommitCheck
from bot.messages.words import count, duration, escape, listing
from bot.refusals import Reason, Refusal

LONGEST = 60  # characters of a check's name
FEW = 4  # checks that are named
FORCED = "passed by force: nobody asked CI"
NOT_ASKED = "the fleet file no longer asks for them"
NOT_WAITED = "they were not waited for to the end"
NOTHING = "no check has reported on this commit"
FORCE = 'Whoever may pass CI checks can add `--force "reason"`.'


def passed_words(found: CiVerdict) -> str:
    """`build, test passed`."""
    if len(found.checks) > FEW:
        return f"{count(len(found.checks), 'check')} passed"
    return f"{_names(found.checks)} passed"


def waiting_words(found: CiVerdict) -> str:
    """`waits for build, test (not reported yet)`."""
    if found.state is CiState.UNREADABLE:
        return f"asking again: {escape(found.detail)}"
    if found.state is CiState.NOTHING:
        return f"{NOTHING} yet"
    late = [f"{_name(name)} (not reported yet)" for name in found.missing]
    return f"waits for {listing([*map(_link, found.checks), *late], FEW)}"


def now_words(found: CiVerdict) -> str:
    """How it stands, whatever it comes to."""
    if found.state is CiState.UNREADABLE:
        return f"cannot be read now: {escape(found.detail)}"
    said = {CiState.PASSED: passed_words(found), CiState.FAILED: failed_words(found.checks)}
    return said.get(found.state) or waiting_words(found)


def trouble_words(found: CiVerdict, waited: timedelta) -> str:
    """Why the deploy does not go on; `waited` is how long something better was waited for."""
    after = f" after {duration(waited)}"
    if found.state is CiState.FAILED:
        return failed_words(found.checks)
    if found.state is CiState.UNREADABLE:
        return f"CI could not be read{after}: {escape(found.detail)}"
    if found.state is CiState.NOTHING:
        return f"{NOTHING}{after}"
    parts = [f"{listing([_link(check) for check in found.checks], FEW)} still pending"] if found.checks else []
    if found.missing:
        parts.append(f"{listing([_name(name) for name in found.missing], FEW)} not reported{_instead(found)}")
    return f"{', '.join(parts)}{after}"


def failed_words(checks: Sequence[CommitCheck]) -> str:
    """`build: failure, test: timed out`, each a link."""
    return listing([f"{_link(check)}: {_name(check.said.replace('_', ' '))}" for check in checks], FEW)


def ci_words(refusal: Refusal) -> tuple[str, str] | None:
    """(what stands in the way, the way out), in mrkdwn; None for a refusal of another kind."""
    release = _name(refusal.name)
    return {
        Reason.CHECKS_FAILED: (
            f"CI says no to {release}{f' · {failed_words(refusal.checks)}' if refusal.checks else ''}",
            f"Nothing was begun. Mend it and push, or run those checks again. {FORCE}",
        ),
        Reason.CHECKS_UNREADABLE: (
            f"What CI says of {release} cannot be read: {escape(refusal.detail)}.",
            f"Nothing was begun. Mend that and try again. {FORCE}",
        ),
    }.get(refusal.reason)


def _instead(found: CiVerdict) -> str:
    """The names that did report: one of them may have been meant."""
    return f" (those that did: {listing([_name(name) for name in found.reported], FEW)})" if found.reported else ""


def _names(checks: Sequence[CommitCheck]) -> str:
    return ", ".join(map(_link, checks))


def _link(check: CommitCheck) -> str:
    """The name, leading to the check's page."""
    if not check.url or any(sign in check.url for sign in "|<> \n\t"):
        return _name(check.name)
    return f"<{escape(check.url)}|{_name(check.name)}>"


def _name(text: str) -> str:
    line = " ".join(text.split()) or "?"
    return escape(line if len(line) <= LONGEST else f"{line[:LONGEST]}…")
