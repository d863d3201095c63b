from dataclasses import replace

import pytest

from bot.doubts import Doubt, DoubtKind
from bot.holds import Frozen, Hold, Lock, Scope
from bot.messages.preview import plan_blocks, plan_reply, preview_message
from bot.model import DeployKind, Release
from bot.preview import Preview
from bot.records import Changes, Commit
from tests.building import HOSTILE, NOW, a_deploy, a_plan, names, problems, release, said, seconds

CHANGES = Changes(13, 3, compare_url="https://example.com/compare")
COMMITS = tuple(Commit(f"{at:040x}", "Ana", f"subject {at}") for at in range(10))
PREVIEW = Preview(a_plan(4, changes=CHANGES), COMMITS, (seconds(71), seconds(64)))


def test_its_first_line_says_that_nothing_has_moved() -> None:
    assert preview_message(PREVIEW).text == "Plan · shop 1.4.2 → production · nothing has moved"


def test_it_names_release_way_back_commits_stages_and_how_long_it_took() -> None:
    told = said(preview_message(PREVIEW).blocks)
    for part in (
        "*Now*  1.4.1",
        "*Then*  1.4.2",
        "*Way back*  1.4.1",
        "*13 commits by 3 people*",
        "• subject 0 · Ana",
        "… and 3 earlier",
        "1. Preflight · 4 hosts",
        "4. Batch 3 of 3 · web3, web4",
        "Usually 68 s: the last 2 good deploys took 71 s, 64 s.",
    ):
        assert part in told


def test_it_says_by_whom_a_release_gets_there() -> None:
    assert "*Then*  1.4.2 (`" in said(preview_message(PREVIEW).blocks)
    assert "pushed" not in said(preview_message(PREVIEW).blocks)
    assert ") · pushed by Pointsman\n*Way back*" in said(preview_message(replace(PREVIEW, pushed=True)).blocks)


def test_a_release_without_a_name_is_said_once() -> None:
    plan = replace(a_plan(4), release=Release("7f3c9a1" + "0" * 33, "7f3c9a1" + "0" * 33))
    told = said(preview_message(replace(PREVIEW, plan=plan)).blocks)
    assert "*Then*  `7f3c9a1`\n" in told


def test_a_deploy_that_drops_commits_says_so() -> None:
    dropping = replace(PREVIEW, plan=a_plan(4, changes=Changes(0, 0, dropped=12)), dropped=COMMITS)
    told = said(preview_message(dropping).blocks)
    assert "12 commits that are live now would be gone:\n• subject 0 · Ana\n" in told
    assert "• subject 2 · Ana\n… and 9 earlier" in told
    assert "subject 3" not in told.partition("would be gone")[2], "three name what it is about"
    one = replace(PREVIEW, plan=a_plan(4, changes=Changes(0, 0, dropped=1)), dropped=COMMITS[:1])
    assert "1 commit that is live now would be gone:" in said(preview_message(one).blocks)


def test_a_long_subject_leaves_room_for_the_commits_after_it() -> None:
    wordy = (Commit("a" * 40, "Ana " * 99, "x" * 9000), *COMMITS[:2])
    told = said(preview_message(replace(PREVIEW, commits=wordy)).blocks)
    assert f"• {'x' * 119}… · Ana" in told
    assert "• subject 1 · Ana" in told


def test_what_is_in_the_way_and_what_will_be_asked_is_said() -> None:
    lock = Lock(Scope("production", "shop"), "U0BEN", "load <test>", NOW, None, id=5)
    frozen = Frozen("production", NOW, None, by="U0LEA", reason="stocktaking")
    doubts = (Doubt(DoubtKind.CONFIRM), Doubt(DoubtKind.INCIDENT, "7", "answered <503>", NOW))
    told = said(preview_message(replace(PREVIEW, hold=Hold(lock, frozen), doubts=doubts), NOW).blocks)
    assert "*In the way now*\n:lock: shop in production · locked by <@U0BEN>" in told
    assert "load &lt;test&gt;" in told
    assert "stocktaking" in told
    assert "*It will ask for a click:*\nproduction wants a confirming click before anything moves." in told
    assert "shop is DOWN in production since" in told
    assert "(answered &lt;503&gt;); deploy anyway?" in told


def test_metrics_that_could_never_tell_are_in_the_way() -> None:
    lacking = replace(PREVIEW, unmeasurable=("cpu: Prometheus answered 400: <bad> for web2",))
    told = said(preview_message(lacking, NOW).blocks)
    assert (
        "*In the way now*\nthe analysis could never tell by cpu: Prometheus answered 400: &lt;bad&gt; for web2" in told
    )


def test_metrics_that_could_not_be_asked_are_said_and_stop_nothing() -> None:
    away = replace(PREVIEW, unasked=("cpu: add <it> to the policy for web2", "load: away for web2"))
    told = said(preview_message(away, NOW).blocks)
    assert "*Could not be asked now*\ncpu: add &lt;it&gt; to the policy for web2\nload: away for web2\n" in told
    assert "That stops no deploy" in told
    assert "In the way" not in told
    assert "asked" not in said(preview_message(PREVIEW, NOW).blocks)


def test_nothing_is_said_of_what_is_not_there() -> None:
    told = said(preview_message(PREVIEW, NOW).blocks)
    assert "In the way" not in told
    assert "ask" not in told


def test_a_rollback_says_what_returns_and_what_does_not() -> None:
    plan = replace(a_plan(4, DeployKind.ROLLBACK, "1.4.1", None, ["100%"]), changes=Changes(0, 0, dropped=10))
    told = said(plan_blocks(Preview(plan, (), (seconds(9),), standing=release("1.4.2"), dropped=COMMITS)))
    assert f"*Returns*  1.4.1 (`{release('1.4.1').short}`) in the place of 1.4.2, on 4 hosts at once" in told
    assert "*Does not return*  data and configuration outside the release: what migrations of 1.4.2 did stays" in told
    assert "*10 commits undone*\n• subject 0 · Ana" in told
    assert "The last good rollback took 9 s." in told
    assert "Way back" not in told


def test_the_plan_of_a_rollback_calls_itself_one() -> None:
    preview = Preview(a_plan(4, DeployKind.ROLLBACK, "1.4.1", None, ["100%"]), (), ())
    message = preview_message(preview)
    assert message.text == "Plan · rollback of shop 1.4.1 → production · nothing has moved"
    assert "No rollback there has succeeded yet" in said(message.blocks)


def test_a_rollback_behind_an_irreversible_release_names_it() -> None:
    plan = replace(a_plan(2, DeployKind.ROLLBACK, "1.4.0", None), irreversible=("1.4.1", "1.4.2"))
    told = said(plan_blocks(Preview(plan, (), ())))
    assert "in the place of what runs there now" in told
    assert "what migrations of 1.4.1, 1.4.2 did stays" in told
    assert "undone" not in told, "git was not asked"


@pytest.mark.parametrize(("kind", "called"), [(DeployKind.DEPLOY, "deploy"), (DeployKind.ROLLBACK, "rollback")])
def test_in_the_thread_the_same_is_the_plan_of_that_deploy(kind: DeployKind, called: str) -> None:
    preview = replace(PREVIEW, plan=a_plan(4, kind, changes=CHANGES))
    reply = plan_reply(a_deploy(preview.plan), preview)
    assert reply.text == f"The plan of {called} 41: shop 1.4.2 → production"
    assert list(reply.blocks[1:]) == plan_blocks(preview)
    assert problems(reply) == []


def test_a_first_deploy_has_no_past_and_no_way_back() -> None:
    told = said(preview_message(Preview(a_plan(1, fallback=None), (), ())).blocks)
    assert "nothing of ours yet" in told
    assert "how long it takes is not known" in told
    assert "Way back" not in told


def test_it_stays_inside_slacks_limits_and_what_others_wrote_never_acts() -> None:
    commits = tuple(Commit("a" * 40, HOSTILE * 20, HOSTILE * 100) for _ in range(10))
    plan = a_plan(200, ref=HOSTILE * 10, fallback=HOSTILE * 10, changes=CHANGES)
    doubts = (Doubt(DoubtKind.INCIDENT, "7", HOSTILE), Doubt(DoubtKind.IRREVERSIBLE, HOSTILE))
    for kind in DeployKind:
        full = replace(plan, kind=kind, changes=replace(CHANGES, dropped=99), irreversible=(HOSTILE,) * 20)
        message = preview_message(Preview(full, commits, (), None, release(HOSTILE), commits, doubts), NOW)
        assert problems(message) == []
        assert "<!channel>" not in said(message.blocks)


@pytest.mark.parametrize(
    ("fallback", "beside", "now"),
    [
        ("1.4.1", (("1.4.2", 1),), "1.4.1, but 1.4.2 on web1"),
        ("1.4.1", (("1.4.2", 2), ("1.3.0", 1)), "1.4.1, but 1.4.2 on web1, web2; 1.3.0 on web1"),
        (
            "1.4.1",
            (("1.5.0", 4),),
            "1.5.0 on web1, web2, web3, web4, left there; 1.4.1 was the last to fully succeed",
        ),
        (None, (("1.5.0", 1),), "1.5.0 on web1, though it never fully succeeded"),
        ("1.4.1", ((HOSTILE, 1),), "1.4.1, but &lt;!channel&gt;"),
    ],
)
def test_what_hosts_run_beside_the_last_good_release_is_said(
    fallback: str | None, beside: tuple[tuple[str, int], ...], now: str
) -> None:
    runs = tuple((release(ref), tuple(names(number))) for ref, number in beside)
    told = said(preview_message(replace(PREVIEW, plan=a_plan(4, fallback=fallback), beside=runs)).blocks)
    assert f"*Now*  {now}" in told


def test_a_rollback_to_what_stands_takes_the_place_of_what_runs_beside_it() -> None:
    plan = a_plan(4, DeployKind.ROLLBACK, "1.4.1", None, ["100%"])
    left = Preview(plan, (), (), standing=release("1.4.1"), beside=((release("1.5.0"), ("web1",)),))
    assert "in the place of 1.5.0, on 4 hosts" in said(plan_blocks(left))
