"""The form of a deploy, filled in by a person in the workspace."""

from pathlib import Path
from typing import Any

import pytest

from bot.errors import RepositoryUnreachable
from bot.messages.form import ENVIRONMENT, RELEASE, SERVICE, STRATEGY
from bot.model import Step
from tests.building import fleet_of, release, said
from tests.handlers.front import Front, front_on
from tests.handlers.test_history import first_line
from tests.waiting import eventually


def shown(front: Front, user: str = "ana") -> str:
    return said(front.modal(user)["blocks"])


def opened(front: Front, user: str = "ana") -> dict[str, Any]:
    """The form; the only service and its only environment are chosen in it, and their plan stands below."""
    assert front.server.command(user, "/deploy").error is None
    eventually(lambda: "nothing has moved" in shown(front, user))
    return front.modal(user)


def block(view: dict[str, Any], field: str) -> str:
    return next(str(one["block_id"]) for one in view["blocks"] if one.get("element", {}).get("action_id") == field)


def filled(view: dict[str, Any], **chosen: str) -> dict[str, Any]:
    """What else is held by the form's fields, by their names."""
    return {block(view, f"form.{name}"): {f"form.{name}": value} for name, value in chosen.items()}


def choose(front: Front, ref: str, user: str = "ana") -> dict[str, Any]:
    """Another release; the form once it shows the plan of that."""
    view = front.modal(user)
    assert front.server.click(user, view, RELEASE, selected=ref).error is None
    eventually(lambda: f"shop {ref} → production" in shown(front, user))
    return front.modal(user)


def test_it_shows_the_plan_before_anything_moves(front: Front) -> None:
    view = opened(front)
    assert "1. Preflight · 4 hosts" in shown(front)
    chosen = [one["element"].get("initial_option", {}).get("value") for one in view["blocks"][:4]]
    assert chosen == ["shop", "production", None, "as_written"]
    choose(front, "1.4.2")
    assert release("1.4.2").short in shown(front)
    assert front.line.messages() == {}


def test_menus_offer_what_there_is_as_one_types(front: Front) -> None:
    view = opened(front)
    assert [one["value"] for one in front.server.suggest("ana", view, SERVICE, "sh")] == ["shop"]
    groups = front.people_see(view, RELEASE, "1.4")
    assert groups["Tags and branches"] == ["1.4.2", "1.4.1"]
    assert groups["As typed"] == ["use 1.4"]
    assert "As typed" not in front.people_see(view, RELEASE, "two words")
    assert front.people_see(view, RELEASE, "")["Commits"] == [f"{release('main').short} Round the sum · Ana"]


def test_what_was_shown_is_what_begins(front: Front) -> None:
    opened(front)
    view = choose(front, "1.4.2")
    assert front.server.submit("ana", view["id"], filled(view, release="1.4.2")).ok
    assert front.line.ended(1).release == release("1.4.2")
    eventually(lambda: "Deploy 1 · shop 1.4.2 → production has begun" in first_line(front, "ana"))
    assert front.server.modals("ana") == []


def test_a_choice_whose_plan_is_not_shown_yet_begins_nothing(front: Front) -> None:
    view = opened(front)
    sent = front.server.submit("ana", view["id"], filled(view, release="1.4.2"))
    assert "is not shown yet" in sent.errors[block(view, RELEASE)]
    eventually(lambda: "shop 1.4.2 → production" in shown(front))
    assert front.line.messages() == {}
    assert front.server.submit("ana", view["id"], filled(view, release="1.4.2")).ok


def test_a_branch_that_moved_since_is_shown_anew_and_not_begun(front: Front) -> None:
    opened(front)
    view = choose(front, "main")
    front.line.source.moved["main"] = release("moved").sha
    sent = front.server.submit("ana", view["id"], filled(view, release="main"))
    assert f"main is {release('moved').short} by now" in sent.errors[block(view, RELEASE)]
    eventually(lambda: f"`{release('moved').short}`" in shown(front))
    assert front.line.messages() == {}
    assert front.server.submit("ana", view["id"], filled(view, release="main")).ok
    assert front.line.ended(1).release.sha == release("moved").sha


def test_while_git_takes_its_time_it_says_so_and_only_the_last_choice_is_shown(front: Front) -> None:
    view = opened(front)
    front.line.source.ready.clear()
    front.server.click("ana", view, RELEASE, selected="1.4.1")
    eventually(lambda: "Reading the repository" in shown(front))
    before = front.modal("ana")["hash"]
    front.server.click("ana", view, RELEASE, selected="1.4.2")
    eventually(lambda: front.modal("ana")["hash"] != before)
    front.line.source.ready.set()
    eventually(lambda: "shop 1.4.2 → production" in shown(front))
    assert "1.4.1 →" not in shown(front)


@pytest.mark.parametrize(("moved", "words"), [(False, "1.4.2 → production has begun"), (True, "no longer")])
def test_when_git_is_slower_than_slack_waits_the_answer_comes_in_the_channel(
    front: Front, moved: bool, words: str
) -> None:
    opened(front)
    view = choose(front, "1.4.2")
    front.line.source.ready.clear()
    assert front.server.submit("ana", view["id"], filled(view, release="1.4.2")).ok
    assert front.server.modals("ana") == []
    assert front.private("ana") == []
    if moved:
        front.line.source.moved["1.4.2"] = release("moved").sha
    front.line.source.ready.set()
    eventually(lambda: front.private("ana"))
    assert words in first_line(front, "ana")
    assert bool(front.line.messages()) is not moved


@pytest.mark.parametrize(
    ("ref", "words"),
    [
        ("nothing-here", "No branch, tag or commit is called `nothing-here`"),
        ("1.4 2", "This cannot be a ref here: it holds a space."),
    ],
)
def test_a_ref_that_does_not_exist_is_said_below_at_once(front: Front, ref: str, words: str) -> None:
    view = opened(front)
    front.server.click("ana", view, RELEASE, selected=ref)
    eventually(lambda: words in shown(front))


def test_a_repository_that_cannot_be_read_is_said_below_and_nothing_begins(front: Front) -> None:
    view = opened(front)
    front.line.source.trouble = RepositoryUnreachable("git did not answer")
    front.server.click("ana", view, RELEASE, selected="1.4.2")
    eventually(lambda: "git did not answer" in shown(front))
    sent = front.server.submit("ana", view["id"], filled(view, release="1.4.2"))
    assert list(sent.errors) == [block(view, RELEASE)]
    assert front.line.messages() == {}


def test_who_is_at_work_there_stands_at_the_environment_and_in_full_below(front: Front) -> None:
    view = opened(front)
    gate = front.line.backend.hang("web1", Step.FETCH)
    running = front.line.begin("1.4.1")
    sent = front.server.submit("ana", view["id"], {})
    assert "Deploy 1 of 1.4.1 by somebody is running there" in sent.errors[block(view, ENVIRONMENT)]
    eventually(lambda: "by <@U0ANA> is running there" in shown(front))
    gate.set()
    front.line.ended(running.id)


def test_what_stands_in_its_way_is_said_below_before_it_is_sent(front: Front) -> None:
    front.answer("ben", 'lock shop in production "load test"')
    opened(front)
    assert "In the way now" in shown(front)
    assert "load test" in shown(front)
    opened(front, "ben")
    assert "In the way now" not in shown(front, "ben"), "it is ben's own lock"


def test_another_strategy_goes_into_what_is_asked(front: Front) -> None:
    """Whether it is done so is the engine's: here, that it is not left out."""
    view = opened(front)
    front.server.click("ana", view, STRATEGY, selected="all_at_once")
    eventually(lambda: "all_at_once" in front.modal("ana")["private_metadata"])


def test_with_several_services_it_asks_and_follows_each_choice(tmp_path: Path) -> None:
    with front_on(tmp_path, several()) as front:
        assert front.server.command("ana", "/deploy").error is None
        view = front.modal("ana")
        assert "Choose a service and an environment" in said(view["blocks"])
        front.server.click("ana", view, SERVICE, selected="api")
        eventually(lambda: block(front.modal("ana"), ENVIRONMENT).endswith(":api"))
        view = front.modal("ana")
        front.server.click("ana", view, ENVIRONMENT, selected="staging", values=filled(view, service="api"))
        eventually(lambda: "api" in shown(front) and "→ staging · nothing has moved" in shown(front))
        wrong = front.server.submit("ana", view["id"], filled(view, service="api", environment="production"))
        assert "not shown yet" in wrong.errors[block(front.modal("ana"), RELEASE)]


def several() -> Any:
    from_samples = fleet_of(["web1"]).services["shop"]
    place = from_samples.environments["production"]
    api = from_samples.model_copy(update={"environments": {"staging": place, "production": place}})
    fleet = fleet_of(["web1"], (("environments",), ["staging", "production"]))
    return fleet.model_copy(update={"services": {**fleet.services, "api": api}})


def test_choosing_is_no_act_for_the_audit_and_sending_is_one(front: Front) -> None:
    opened(front)
    view = choose(front, "1.4.2")
    front.server.submit("ana", view["id"], filled(view, release="1.4.2"))
    front.line.ended(1)
    rows = [(row.fields["what"], row.fields["subject"]) for row in reversed(front.line.journal.audit.newest(99))]
    asked = "deploy.form form.service=shop form.environment=production form.release=1.4.2 form.strategy=as_written"
    assert ("form", asked) in rows
    assert "click" not in [what for what, _ in rows]
