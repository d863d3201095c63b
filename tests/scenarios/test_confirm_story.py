"""Production wants a confirming click: over the true socket, with a true repository whose refs move meanwhile."""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import yaml

from tests.scenarios.test_approval_story import loaded, told
from tests.scenarios.world import LONG, World, words
from tests.waiting import eventually

CONFIRM, CANCEL = "proposal.confirm", "proposal.cancel"


@pytest.fixture(scope="module")
def careful(line: World) -> World:
    """1.0.0 stands; from now on production asks first, and behind 1.2.0 nothing goes back by itself."""
    line.deploy("1.0.0", user="cid")
    fleet = yaml.safe_load(line.layout.fleet_file.read_text())
    fleet["access"]["production"]["confirm"] = True
    fleet["services"]["shop"]["irreversible"] = ["1.2.*"]
    before = loaded(line)
    line.write_fleet(yaml.safe_dump(fleet))
    eventually(lambda: loaded(line) > before, timeout=LONG)
    return line


def asked(line: World, text: str, user: str = "ana") -> dict[str, Any]:
    """The plan that this person alone is shown, with its buttons."""
    assert "Nothing has moved yet." in line.answer(user, "/deploy", text)
    return line.private(user, "deploys")[-1]


def click(line: World, post: dict[str, Any], action: str = CONFIRM, user: str = "ana") -> str:
    """What stands in the plan's place after a click that counts."""
    assert line.slack.click(user, post, action).error is None

    def replaced() -> str:
        (now,) = [one for one in line.private(user, "deploys") if one["ts"] == post["ts"]]
        return words(now) if now["text"] != post["text"] or now["blocks"] != post["blocks"] else ""

    return eventually(replaced, timeout=LONG)


def point(line: World, ref: str, to: str) -> None:
    """What a push does to a branch or tag; to nothing: it is deleted."""
    target = ["-d", ref] if not to else [ref, to]
    subprocess.run(["git", "-C", str(line.layout.repository), "update-ref", *target], check=True)


def test_the_plan_is_shown_to_the_asker_alone_and_the_click_begins_it(careful: World) -> None:
    before = len(careful.posts("deploys"))
    post = asked(careful, "shop@1.1.0 to production")
    for part in ("production wants a confirming click", "*Way back*  1.0.0", "Batch 1 of", "commits by"):
        assert part in words(post)
    assert careful.private("ben", "deploys") == []
    assert len(careful.posts("deploys")) == before
    assert "has begun: watch it in #deploys" in click(careful, post)
    assert "done on 4 hosts" in careful.ended(before)
    first = careful.thread("deploys", careful.posts("deploys")[before]["ts"])[0]
    assert first["text"].startswith("The plan of deploy 2: shop 1.1.0 → production")
    assert "was begun by that button already" in told(careful, "ana", post, CONFIRM)
    assert len(careful.posts("deploys")) == before + 1


def test_anothers_click_and_two_at_once_begin_nothing_more(careful: World) -> None:
    before, post = len(careful.posts("deploys")), asked(careful, "shop@1.0.0 to production")
    assert told(careful, "ben", post, CONFIRM) == "Only who asked for it can begin it."
    with ThreadPoolExecutor(2) as pool:
        clicks = [pool.submit(careful.slack.click, "ana", post, CONFIRM) for _ in range(2)]
        assert [one.result().error for one in clicks] == [None, None]
    assert "done on 4 hosts" in careful.ended(before)
    assert len(careful.posts("deploys")) == before + 1


def test_a_branch_that_moved_meanwhile_is_shown_anew(careful: World) -> None:
    known = refs(careful)
    point(careful, "refs/heads/next", known["1.1.0"])
    before, post = len(careful.posts("deploys")), asked(careful, "shop@next to production")
    point(careful, "refs/heads/next", known["1.3.0"])
    anew = click(careful, post)
    assert "Changed since you were asked:" in anew
    assert f"{known['1.1.0'][:7]} → {known['1.3.0'][:7]}" in anew
    assert len(careful.posts("deploys")) == before
    fresh = careful.private("ana", "deploys")[-1]
    assert "was not begun, nothing has moved" in click(careful, fresh, CANCEL)
    assert "cancelled it" in told(careful, "ana", fresh, CONFIRM)


def test_a_tag_that_was_deleted_meanwhile_is_said(careful: World) -> None:
    known = refs(careful)
    point(careful, "refs/tags/soon", known["1.1.0"])
    post = asked(careful, "shop@soon to production")
    point(careful, "refs/tags/soon", "")
    gone = click(careful, post)
    assert "`soon` was there when the plan was shown, and is gone now" in gone
    assert known["1.1.0"] in gone


@pytest.mark.timeout(240)
def test_behind_an_irreversible_release_people_go_back_and_nothing_by_itself(careful: World) -> None:
    """1.2.0 reads a table that is not there: it never becomes healthy."""
    before, post = len(careful.posts("deploys")), asked(careful, "shop@1.2.0 to production")
    assert "This crosses 1.2.0, declared irreversible" in words(post)
    click(careful, post)
    assert careful.ended(before).endswith("stays on web1: no way back by itself behind 1.2.0 · locked")
    assert careful.releases() == ["1.2.0", "1.0.0", "1.0.0", "1.0.0"]
    place = careful.posts("deploys")[before]["ts"]
    (held,) = eventually(
        lambda: [one for one in careful.thread("deploys", place) if "deploy.back_anyway" in words(one)], timeout=LONG
    )
    assert "Roll back shop 1.0.0 → production?" in told(careful, "lea", held, "deploy.back_anyway")
    back = careful.private("lea", "deploys")[-1]
    assert "*Returns*  1.0.0" in words(back)
    assert "This goes back behind 1.2.0, declared irreversible" in words(back)
    click(careful, back, user="lea")
    assert "done on 4 hosts" in careful.ended(before + 1)
    assert careful.releases() == ["1.0.0"] * 4
    late = told(careful, "ana", held, "deploy.back_anyway")
    assert late.startswith("Nothing was done: something else has begun there since")


def refs(line: World) -> dict[str, str]:
    """The commit of each tag."""
    form = "--format=%(refname:lstrip=2) %(objectname) %(*objectname)"
    listed = ["git", "-C", str(line.layout.repository), "for-each-ref", form, "refs/tags"]
    text = subprocess.run(listed, check=True, capture_output=True, text=True).stdout
    return {fields[0]: fields[-1] for fields in (line.split() for line in text.splitlines())}
