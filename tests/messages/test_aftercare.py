from dataclasses import replace

import pytest

from bot.aftercare import Aftercare, Aftermath
from bot.messages.aftercare import down_reply, down_words, unsure_words
from bot.messages.deploy import deploy_message, failure_reply
from bot.messages.words import date, escape
from bot.model import DeployKind, DeployState, Incident
from bot.records import Deploy, DeployView
from bot.trail import THE_BOT
from tests.building import HOSTILE, NOW, TARGET, a_deploy, a_plan, done_view, problems, said, seconds

CARE = Aftercare(41, NOW, NOW + seconds(60), NOW + seconds(360))
WENT = "shop · production went DOWN"


def watched(aftermath: Aftermath | None, back: DeployState | None = None, words: str = WENT) -> DeployView:
    """A deploy that is done; `back` is how its rollback stands."""
    care = replace(CARE, aftermath=aftermath, words=words, rollback=42 if back else None)
    return replace(done_view(4), care=care, undone_by=rollback(back) if back else None)


def rollback(state: DeployState) -> Deploy:
    plan = a_plan(4, DeployKind.ROLLBACK, ref="1.4.1", fallback=None)
    return a_deploy(plan, state, 42, requester=THE_BOT, reason="Batch 1 of 1: web2: sick")


@pytest.mark.parametrize(
    ("view", "line", "words"),
    [
        (
            watched(None),
            "✓ Deploy 41 · shop 1.4.2 → production done on 4 hosts",
            f"Watching shop's checks until {date(CARE.until, '{time}')}: if one goes down, it goes back to 1.4.1",
        ),
        (
            watched(Aftermath.WELL),
            "✓ Deploy 41 · shop 1.4.2 → production done on 4 hosts",
            "All checks stayed well for 5 min afterwards.",
        ),
        (
            watched(Aftermath.UNSURE, words="not known to be well: shop/production/http"),
            "✓ Deploy 41 · shop 1.4.2 → production done on 4 hosts",
            "Watched for 5 min afterwards · not known to be well: shop/production/http",
        ),
        (
            watched(Aftermath.ROLLED_BACK, DeployState.RUNNING),
            (
                "↩ Deploy 41 · shop 1.4.2 → production done on 4 hosts, then went down"
                " · going back to 1.4.1 by itself: rollback 42"
            ),
            f":warning: {WENT} · going back to 1.4.1",
        ),
        (
            watched(Aftermath.ROLLED_BACK, DeployState.FAILED),
            (
                "↩ Deploy 41 · shop 1.4.2 → production done on 4 hosts, then went down"
                " · rollback 42 to 1.4.1 failed: look at its message first"
            ),
            "rollback 42 to 1.4.1 failed",
        ),
        (
            watched(Aftermath.LEFT, words=f"{WENT}; no other release ever fully succeeded there"),
            "✗ Deploy 41 · shop 1.4.2 → production done on 4 hosts, then went down · not rolled back by itself",
            f":warning: Not rolled back by itself: {WENT}; no other release ever fully succeeded there. `/status",
        ),
        (
            watched(Aftermath.OVERTAKEN),
            "✓ Deploy 41 · shop 1.4.2 → production done on 4 hosts",
            "No longer watched: another deploy began there.",
        ),
        (
            watched(Aftermath.GONE),
            "✓ Deploy 41 · shop 1.4.2 → production done on 4 hosts",
            "No longer watched: it has left the fleet file.",
        ),
    ],
)
def test_the_message_says_how_the_deploy_is_watched_and_what_came_of_it(
    view: DeployView, line: str, words: str
) -> None:
    message = deploy_message(view, NOW)
    assert message.text == line
    assert words in said(message.blocks)
    assert problems(message) == []


def test_with_nothing_to_go_back_to_people_will_be_told() -> None:
    view = replace(done_view(4, fallback=None), care=CARE)
    assert "if one goes down, people are told." in said(deploy_message(view, NOW).blocks)


def test_the_bots_rollback_says_whose_deploy_it_undoes_and_pings_nobody_but_them() -> None:
    undone = a_deploy(a_plan(), DeployState.SUCCEEDED, requester="U0BEN")
    care = replace(CARE, aftermath=Aftermath.ROLLED_BACK, words=WENT, rollback=42)
    back = replace(done_view(4), deploy=rollback(DeployState.FAILED), undoes=undone, undoing=care)
    told = said(deploy_message(back, NOW).blocks)
    assert f"By itself, because of deploy 41 of <@U0BEN>: {WENT}" in told
    assert " · Pointsman · " in told
    assert failure_reply(back).text.startswith("<@U0BEN> ✗ Rollback 42")


@pytest.mark.parametrize(("at", "side"), [(154, "94 s after"), (40, "20 s before")])
def test_what_went_down_is_said_with_when_and_why(at: float, side: str) -> None:
    found = Incident(7, "shop/production/app/web3", TARGET, NOW + seconds(at), "answered 503 in 41 ms", "web3")
    assert down_words(CARE, found) == (
        f"shop · production · web3 went DOWN at {date(found.started_at)}, {side} deploy 41 was done:"
        " answered 503 in 41 ms"
    )


@pytest.mark.parametrize(
    ("back", "then"),
    [
        (rollback(DeployState.RUNNING), "It goes back to 1.4.1 by itself (rollback 42), and shop is locked"),
        (None, "It is not rolled back by itself: look at it."),
    ],
)
def test_the_thread_tells_who_deployed_once(back: Deploy | None, then: str) -> None:
    message = down_reply(a_deploy(), WENT, back)
    assert message.text == f"<@U0ANA> {WENT}"
    assert then in said(message.blocks)
    assert problems(message) == []


def test_what_others_wrote_never_acts() -> None:
    found = Incident(7, HOSTILE, TARGET, NOW + seconds(90), HOSTILE * 20, HOSTILE)
    words = down_words(CARE, found) + unsure_words([HOSTILE])
    assert "<!channel>" not in words
    assert escape("<!channel>") in words
