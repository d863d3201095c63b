from dataclasses import replace

import pytest

from bot.messages.deploy import deploy_message, failure_reply, headline, title
from bot.messages.plain import shown
from bot.messages.words import escape
from bot.model import DeployKind, DeployState, HostState, Stage, StageState, Step
from bot.records import Changes, DeployView, HostLine
from tests.building import (
    HOSTILE,
    NOW,
    a_deploy,
    a_plan,
    a_view,
    done_view,
    healthy,
    lines,
    names,
    problems,
    release,
    said,
    seconds,
)

COMPARE = "https://github.com/acme/shop/compare/a...b"
CHANGES = Changes(8, 3, 0, COMPARE, "https://github.com/acme/shop/commit/c")
LOST = HostLine("web2", 1, HostState.UNKNOWN, Step.RESTART, detail="no connection")
SICK = HostLine("web1", 0, HostState.RESTORED, before="a" * 40, detail="answered 503 after 30 s")
TESTED = HostLine("web1", 0, HostState.UNCHANGED, Step.TEST, "a" * 40, "test ended with status 1", "1 != 2")


def failed(state: DeployState, reason: str, *hosts: HostLine, **plan: object) -> DeployView:
    """A deploy that failed at its first batch with these hosts; the others were waiting."""
    deploy = a_deploy(a_plan(**plan), state, reason=reason)  # type: ignore[arg-type]
    return a_view(
        deploy,
        lines(deploy.plan, {host.host: host for host in hosts}),
        {0: (StageState.COMPLETE, "4 hosts ready"), 1: (StageState.ERROR, reason.partition(": ")[2])},
    )


def running() -> DeployView:
    deploy = a_deploy(a_plan(changes=CHANGES))
    known = {"web1": healthy("web1"), "web2": HostLine("web2", 1, HostState.CHANGING, Step.INSTALL)}
    stages = {0: (StageState.COMPLETE, "4 hosts ready"), 1: (StageState.COMPLETE, ""), 2: (StageState.IN_PROGRESS, "")}
    return a_view(deploy, lines(deploy.plan, known), stages)


@pytest.mark.parametrize(
    ("view", "line"),
    [
        (running(), "Deploy 41 · shop 1.4.2 → production"),
        (done_view(4), "✓ Deploy 41 · shop 1.4.2 → production done on 4 hosts"),
        (done_view(1), "✓ Deploy 41 · shop 1.4.2 → production done on 1 host"),
        (
            done_view(4, kind=DeployKind.ROLLBACK, ref="1.4.1"),
            "✓ Rollback 41 · shop 1.4.1 → production done on 4 hosts",
        ),
        (
            failed(DeployState.ROLLED_BACK, "Batch 1 of 3: web1: answered 503 after 30 s", SICK),
            (
                "↩ Deploy 41 · shop 1.4.2 → production failed at Batch 1 of 3: web1: answered 503 after 30 s"
                " · rolled back to 1.4.1 on 1 host"
            ),
        ),
        (
            failed(DeployState.ROLLED_BACK, "Batch 1 of 3: web1: sick", SICK, fallback=None),
            (
                "↩ Deploy 41 · shop 1.4.2 → production failed at Batch 1 of 3: web1: sick"
                " · rolled back to aaaaaaa on 1 host"
            ),
        ),
        (
            failed(DeployState.FAILED, "Batch 1 of 3: web1: test ended with status 1", TESTED),
            (
                "✗ Deploy 41 · shop 1.4.2 → production failed at Batch 1 of 3: web1: test ended with status 1"
                " · the old release runs on, no host was changed"
            ),
        ),
        (
            failed(DeployState.FAILED, "Preflight: web1: no room", HostLine("web1", 0)),
            "✗ Deploy 41 · shop 1.4.2 → production failed at Preflight: web1: no room · no host was changed",
        ),
        (
            failed(DeployState.FAILED, "Batch 2 of 3: web2: no connection", SICK, LOST),
            (
                "✗ Deploy 41 · shop 1.4.2 → production failed at Batch 2 of 3: web2: no connection"
                " · 1 host not brought back: web2"
            ),
        ),
        (
            failed(DeployState.FAILED, "Batch 1 of 3: it broke", healthy("web1"), healthy("web2", 1), fallback=None),
            (
                "✗ Deploy 41 · shop 1.4.2 → production failed at Batch 1 of 3: it broke"
                " · web1, web2 still on it: there is no other release to go back to"
            ),
        ),
        (
            failed(
                DeployState.FAILED,
                "Batch 1 of 1: web2: no connection",
                healthy("web1"),
                LOST,
                hosts=2,
                sizes=["100%"],
                kind=DeployKind.ROLLBACK,
                ref="1.4.1",
            ),
            (
                "✗ Rollback 41 · shop 1.4.1 → production failed at Batch 1 of 1: web2: no connection"
                " · not back on 1.4.1: web2"
            ),
        ),
    ],
)
def test_the_first_line_says_it_all(view: DeployView, line: str) -> None:
    message = deploy_message(view, NOW)
    assert message.text == line
    assert said(message.blocks).startswith(f"*{line}* · <@U0ANA> · ")
    assert problems(message) == []


def test_a_running_deploy_shows_every_stage_and_who_is_where() -> None:
    message = deploy_message(running(), NOW + seconds(190))
    assert said(message.blocks).startswith("*Deploy 41 · shop 1.4.2 → production* · <@U0ANA> · 3 min 10 s")
    plan = message.blocks[2]
    assert plan["title"] == "1 of 4 hosts on 1.4.2"
    assert [(task["title"], task["status"]) for task in plan["tasks"]] == [
        ("Preflight · 2.1 s", "complete"),
        ("Batch 1 of 3 · 2.1 s", "complete"),
        ("Batch 2 of 3", "in_progress"),
        ("Batch 3 of 3", "pending"),
    ]
    details = [said([task.get("details") or {}]) for task in plan["tasks"]]
    assert details == ["4 hosts ready", "web1 · healthy after 3.2 s", "web2 · install", "web3, web4"]


@pytest.mark.parametrize(
    ("changes", "fallback", "line"),
    [
        (
            CHANGES,
            "1.4.1",
            (
                "release <https://github.com/acme/shop/commit/c|{sha}> · 8 commits since 1.4.1 by 3 people"
                f" · <{COMPARE}|compare> · rollback target 1.4.1"
            ),
        ),
        (Changes(1, 1), "1.4.1", "release `{sha}` · 1 commit since 1.4.1 by 1 person · rollback target 1.4.1"),
        (Changes(0, 0), "1.4.2", "release `{sha}` · no new commits since 1.4.2 · rollback target 1.4.2"),
        (
            Changes(0, 0, 2),
            "1.5.0",
            "release `{sha}` · no new commits since 1.5.0 · :warning: drops 2 commits live now · rollback target 1.5.0",
        ),
        (Changes(0, 0), None, "release `{sha}` · no earlier release to go back to"),
        (None, "1.4.1", "release `{sha}` · rollback target 1.4.1"),
    ],
)
def test_the_second_line_says_what_comes_and_where_it_could_go_back_to(
    changes: Changes | None, fallback: str | None, line: str
) -> None:
    view = done_view(4, changes=changes, fallback=fallback)
    context = deploy_message(view, NOW).blocks[1]
    assert said([context]) == line.format(sha=release("1.4.2").short)


def test_a_rollback_names_no_way_back() -> None:
    message = deploy_message(done_view(4, kind=DeployKind.ROLLBACK, fallback=None), NOW)
    assert said([message.blocks[1]]) == f"release `{release('1.4.2').short}`"


def test_a_failed_stage_shows_why_and_the_message_what_to_do_next() -> None:
    message = deploy_message(failed(DeployState.FAILED, "Batch 1 of 3: web1: test ended with status 1", TESTED), NOW)
    tasks = message.blocks[2]["tasks"]
    assert tasks[1]["status"] == "error"
    assert said([tasks[1]["output"]]) == "web1: test ended with status 1"
    assert (
        "Mend what failed (its last lines of output are in the thread), then `/deploy shop@… to production`."
        in said(message.blocks)
    )
    (button,) = message.blocks[-1]["elements"]
    assert (button["text"]["text"], button["action_id"], button["value"]) == ("Details", "deploy.details", "41")


def test_where_a_host_may_not_be_well_that_comes_first() -> None:
    told = said(deploy_message(failed(DeployState.FAILED, "Batch 1 of 3: web2: lost", LOST), NOW).blocks)
    assert ":warning: Look at web2 first: what runs there is not sure to be well. Then `/deploy shop@" in told


def test_done_it_offers_nothing_but_details() -> None:
    blocks = deploy_message(done_view(4), NOW).blocks
    assert [block["type"] for block in blocks] == ["section", "context", "plan", "actions"]
    assert [(one["action_id"], one["value"]) for one in blocks[-1]["elements"]] == [("deploy.details", "41")]


def test_one_that_runs_offers_to_abort_it() -> None:
    abort, details = deploy_message(running(), NOW).blocks[-1]["elements"]
    assert (abort["text"]["text"], abort["action_id"], abort["value"]) == ("Abort", "deploy.stop", "41")
    assert abort["confirm"]["title"]["text"] == "Abort deploy 41?"
    assert details["action_id"] == "deploy.details"


def test_the_reply_in_the_thread_tells_who_asked_with_the_last_lines() -> None:
    view = failed(DeployState.FAILED, "Batch 1 of 3: web1: test ended with status 1", TESTED)
    reply = failure_reply(view)
    assert reply.text == f"<@U0ANA> {headline(view)}"
    assert said(reply.blocks).splitlines()[1:] == ["*web1* · test · test ended with status 1", "```", "1 != 2", "```"]


def test_of_many_failed_hosts_five_are_told_and_the_rest_counted() -> None:
    hosts = [replace(TESTED, host=name, tail="x" * 2000) for name in names(8)]
    reply = failure_reply(failed(DeployState.FAILED, "Batch 1 of 1: all", *hosts, hosts=8, sizes=["100%"]))
    assert "and 3 more hosts: the Details button shows them" in said(reply.blocks)
    assert problems(reply) == []


def test_a_release_known_by_its_sha_alone_is_called_by_its_first_digits() -> None:
    sha = release("1.4.2").sha
    deploy = a_deploy(replace(a_plan(), release=replace(release("1.4.2"), ref=sha)))
    assert title(deploy) == f"Deploy 41 · shop {sha[:7]} → production"


@pytest.mark.parametrize("state", HostState)
@pytest.mark.parametrize("hosts", [1, 200])
def test_with_any_hosts_in_any_state_it_stays_inside_slacks_limits(state: HostState, hosts: int) -> None:
    everyone = [HostLine(name, 0, state, Step.TEST, "a" * 40, "cause " * 80, "line\n" * 400) for name in names(hosts)]
    for ended in DeployState:
        view = failed(ended, "Batch 1 of 3: " + "web1: cause; " * 40, *everyone, hosts=hosts)
        for message in (deploy_message(view, NOW), failure_reply(view)):
            for level in (0, 1, 2):
                assert problems(shown(message, level)) == []


def test_two_hundred_batches_stay_inside_slacks_limits() -> None:
    view = done_view(200, sizes=list(range(1, 201)))
    message = deploy_message(view, NOW)
    assert problems(message) == []
    assert message.blocks[2]["title"] == "200 of 200 hosts on 1.4.2"


def test_what_others_wrote_is_shown_and_never_acts() -> None:
    bad = HostLine("web1", 0, HostState.UNHEALTHY, Step.TEST, "a" * 40, HOSTILE, HOSTILE)
    view = failed(DeployState.FAILED, f"Batch 1 of 3: {escape(HOSTILE)}", bad, ref=HOSTILE, fallback=HOSTILE)
    view = replace(view, stages=(*view.stages, Stage(4, "Rollback", StageState.ERROR, escape(HOSTILE))))
    for message in (deploy_message(view, NOW), failure_reply(view)):
        told = message.text + str([block for block in message.blocks if block["type"] != "plan"])
        assert "<!channel>" not in told
        assert "<@U1>" not in told
        assert problems(message) == []
    tasks = str(deploy_message(view, NOW).blocks[2])
    assert "'type': 'user'" not in tasks  # in a task card the raw text is no mention
    assert "'type': 'broadcast'" not in tasks
