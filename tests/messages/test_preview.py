from dataclasses import replace

from bot.messages.preview import preview_message
from bot.records import Changes, Commit, Preview
from tests.building import HOSTILE, a_plan, problems, said, seconds

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
        "1. Preflight  4 hosts",
        "4. Batch 3 of 3  web3, web4",
        "The last 2 good deploys took 71 s, 64 s.",
    ):
        assert part in told


def test_a_deploy_that_drops_commits_says_so() -> None:
    dropping = replace(PREVIEW, plan=a_plan(4, changes=Changes(0, 0, dropped=2)))
    assert "2 commits that are live now would be gone" in said(preview_message(dropping).blocks)


def test_a_first_deploy_has_no_past_and_no_way_back() -> None:
    told = said(preview_message(Preview(a_plan(1, fallback=None), (), ())).blocks)
    assert "nothing of ours yet" in told
    assert "how long it takes is not known" in told
    assert "Way back" not in told


def test_it_stays_inside_slacks_limits_and_what_others_wrote_never_acts() -> None:
    commits = tuple(Commit("a" * 40, HOSTILE * 20, HOSTILE * 100) for _ in range(10))
    plan = a_plan(200, ref=HOSTILE * 10, fallback=HOSTILE * 10, changes=CHANGES)
    message = preview_message(Preview(plan, commits, ()))
    assert problems(message) == []
    assert "<!channel>" not in said(message.blocks)
