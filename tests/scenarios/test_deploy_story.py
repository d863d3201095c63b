"""A slash command in the workspace reaches real hosts, over the true socket and true SSH."""

import pytest

from tests.scenarios.world import LONG, World, words
from tests.waiting import eventually


@pytest.fixture(scope="module")
def deployed(line: World) -> World:
    """1.0.0 stands on four hosts."""
    assert line.deploy("1.0.0", user="cid") == "✓ Deploy 1 · shop 1.0.0 → production done on 4 hosts"
    return line


def test_a_good_release_ends_on_all_hosts_in_one_message(deployed: World) -> None:
    before = len(deployed.posts("deploys"))
    assert deployed.deploy("1.1.0").endswith("shop 1.1.0 → production done on 4 hosts")
    assert deployed.releases() == ["1.1.0"] * 4
    assert deployed.apps() == ["running"] * 4
    assert len(deployed.posts("deploys")) == before + 1


def test_the_message_tells_stages_requester_changes_and_the_way_back(deployed: World) -> None:
    deployed.deploy("1.1.0")
    told = words(deployed.posts("deploys")[-1])
    for part in (
        "Preflight",
        "Batch 1 of 3",
        "Batch 3 of 3",
        "healthy after",
        "4 of 4 hosts on 1.1.0",
        "rollback target",
    ):
        assert part in told
    assert f"<@{deployed.slack.users['ana']}>" in told


def test_a_release_that_is_never_healthy_is_rolled_back_by_itself_and_says_why(deployed: World) -> None:
    deployed.stands("1.1.0")
    line = deployed.deploy("1.2.0", user="ben")
    assert "failed at Batch 1 of 3: web1: answered 503" in line
    assert line.endswith("rolled back to 1.1.0 on 1 host · locked")
    assert deployed.releases() == ["1.1.0"] * 4
    post = deployed.posts("deploys")[-1]
    assert "locked by Pointsman" in deployed.answer("ana", "/deploy", "shop@1.1.0 to production")
    deployed.slack.click("ben", post, "lock.unlock")
    eventually(lambda: deployed.posts("deploys")[-1]["text"].endswith("on 1 host"))
    eventually(lambda: deployed.thread("deploys", post["ts"])[2:])
    replies = deployed.thread("deploys", post["ts"])
    assert replies[0]["text"].startswith("The plan of deploy")
    assert replies[1]["text"].startswith(f"<@{deployed.slack.users['ben']}>")
    last = deployed.thread("deploys", post["ts"])[-1]
    assert last["text"] == f"unlocked by <@{deployed.slack.users['ben']}>"


def test_a_failing_test_leaves_the_old_release_running_and_shows_its_last_lines(deployed: World) -> None:
    deployed.stands("1.1.0")
    line = deployed.deploy("1.3.0")
    assert "failed at Batch 1 of 3: web1: test" in line
    assert line.endswith("the old release runs on, no host was changed")
    assert deployed.releases() == ["1.1.0"] * 4
    post = deployed.posts("deploys")[-1]
    reply = eventually(lambda: deployed.thread("deploys", post["ts"])[1:])[0]
    assert "AssertionError" in words(reply)


def test_the_details_button_shows_each_host(deployed: World) -> None:
    deployed.deploy("1.3.0")
    post = deployed.posts("deploys")[-1]
    assert deployed.slack.click("lea", post, "deploy.details").error is None
    view = eventually(lambda: deployed.slack.modals("lea"))[-1]
    assert "web1" in str(view["blocks"])
    assert "AssertionError" in str(view["blocks"])
    deployed.slack.close_view("lea", view["id"])


def test_a_second_deploy_is_told_who_runs_the_first(deployed: World) -> None:
    before = len(deployed.posts("deploys"))
    deployed.slack.command("ana", "/deploy", "shop@1.1.0 to production")
    eventually(lambda: len(deployed.posts("deploys")) > before, timeout=LONG)
    answer = deployed.answer("ben", "/deploy", "shop@1.0.0 to production")
    assert f"by <@{deployed.slack.users['ana']}> is running there since" in answer
    assert "done on 4 hosts" in deployed.ended(before)


def test_branches_and_short_commits_are_resolved_to_one_release(deployed: World) -> None:
    assert "shop main → production done" in deployed.deploy("main")
    sha = next(host.home / "shop" / "current" for host in deployed.site.hosts).resolve().name
    assert len(sha) == 40
    assert f"shop {sha[:7]} → production done" in deployed.deploy(sha[:8])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("shopp@1.1.0 to production", "There is no service `shopp`. Did you mean `shop`?"),
        ("shop@1.1.0 to prodution", "`shop` does not run in `prodution`. Did you mean `production`?"),
        ("shop@9.9.9 to production", "No branch, tag or commit is called `9.9.9`"),
        ("shop@$(id) to production", "`$(id)` cannot be a ref here: it holds $"),
        ("shop 9.9.9 production", "No branch, tag or commit is called `9.9.9`"),
        ("shop production", "but not whether `production` is a ref or an environment"),
        ("shop@1.1.0 to production/web9", "`shop` has no host `web9` in production."),
        ("shop@1.1.0 to production --strategy staged", "/deploy promote shop to production"),
        ("rolback shop in production", "Did you mean `rollback`?"),
        ("shop@1.1.0", "but not where it should go"),
        ("help", "/deploy SERVICE@REF to ENV"),
        ("history shop", "newest first"),
        ("status shop", "web1"),
        ("history nothing", "There is no service `nothing`"),
    ],
)
def test_every_other_word_gets_a_private_answer(deployed: World, text: str, said: str) -> None:
    before = deployed.texts("deploys")
    assert said in deployed.answer("ana", "/deploy", text)
    assert deployed.texts("deploys") == before


def test_who_may_not_deploy_is_told_who_may(deployed: World) -> None:
    open_to_all = deployed.layout.fleet_file.read_text()
    deployed.write_fleet(open_to_all.replace("@engineering", "@leads"))
    try:
        eventually(lambda: "SERVICE@REF" not in deployed.answer("ana", "/deploy", "help"))
        answer = deployed.answer("ana", "/deploy", "shop@1.1.0 to production")
        assert "You may not deploy" in answer
        assert "@leads" in answer
    finally:
        deployed.write_fleet(open_to_all)
        eventually(lambda: "SERVICE@REF" in deployed.answer("ana", "/deploy", "help"))


def test_the_form_asks_for_everything_and_shows_errors_in_place(deployed: World) -> None:
    slack = deployed.slack
    assert slack.command("ben", "/deploy", "").error is None
    eventually(lambda: "nothing has moved" in str(slack.modals("ben")), timeout=LONG)
    view = slack.modals("ben")[-1]
    assert [one["value"] for one in slack.suggest("ben", view, "form.release", "1.")][:2] == ["1.4.0", "1.3.0"]
    refused = slack.submit("ben", view["id"], {"form.release:shop": {"form.release": "1.0.0"}})
    assert list(refused.errors) == ["form.release:shop"]
    eventually(lambda: "shop 1.0.0 → production" in str(slack.modals("ben")), timeout=LONG)
    before = len(deployed.posts("deploys"))
    assert slack.submit("ben", view["id"], {"form.release:shop": {"form.release": "1.0.0"}}).ok
    assert "shop 1.0.0 → production done" in deployed.ended(before)


def test_status_and_home_show_the_same_table(deployed: World) -> None:
    deployed.stands("1.1.0")
    status = deployed.answer("lea", "/status")
    assert "1.1.0 4/4" in status
    deployed.slack.open_home("lea")
    home = eventually(lambda: deployed.slack.home("lea"))
    assert home is not None
    assert "1.1.0 4/4" in str(home["blocks"])
