import threading

import pytest

from bot.errors import RepositoryUnreachable, SlackAway
from bot.grammar import DeployTo
from bot.model import DeployState, Release, Step, Target
from bot.records import Changes, Deploy
from bot.refusals import Reason, Refusal
from tests.building import TARGET, fleet_of, names, release
from tests.engine.line import Line
from tests.fleet.samples import SHOP, SOUND

CLOSED = fleet_of(names(4), (("access",), {"production": {"deploy": ["@oncall", "U024BE7LH"]}}))


def refused(found: object) -> Refusal:
    assert isinstance(found, Refusal), found
    return found


@pytest.mark.parametrize(
    ("service", "environment", "reason", "near"),
    [
        ("shopp", "production", Reason.UNKNOWN_SERVICE, ("shop",)),
        ("shop", "prod", Reason.UNKNOWN_ENVIRONMENT, ("production",)),
        ("zzz", "production", Reason.UNKNOWN_SERVICE, ()),
    ],
)
def test_an_unknown_place_is_answered_with_the_nearest(
    line: Line, service: str, environment: str, reason: Reason, near: tuple[str, ...]
) -> None:
    refusal = refused(line.desk.ask("U0ANA", DeployTo(service, environment, "1.4.2")))
    assert (refusal.reason, refusal.near) == (reason, near)
    assert line.messages() == {}


def test_an_unknown_ref_is_answered_with_the_nearest(line: Line) -> None:
    refusal = refused(line.ask("nothing-like-it"))
    assert (refusal.reason, refusal.name, refusal.near) == (Reason.UNKNOWN_REF, "nothing-like-it", ("1.4.2", "1.4.1"))
    assert line.messages() == {}


def test_what_the_asker_was_shown_is_what_begins_or_nothing_does(line: Line) -> None:
    line.source.moved["main"] = release("moved").sha
    seen = release("main").sha
    for ref, name in (("main", "main"), (None, "the default branch")):
        wanted = DeployTo("shop", "production", ref)
        line.source.moved["HEAD"] = release("moved").sha
        refusal = refused(line.desk.ask("U0ANA", wanted, seen))
        assert (refusal.reason, refusal.name) == (Reason.MOVED, name)
        assert refusal.known == (seen[:7], release("moved").short)
    assert line.messages() == {}
    begun = line.desk.ask("U0ANA", DeployTo("shop", "production", "main"), release("moved").sha)
    assert isinstance(begun, Deploy)
    line.ended(begun.id)


def test_a_repository_that_cannot_be_read_is_said_with_gits_own_words(line: Line) -> None:
    line.source.trouble = RepositoryUnreachable("shop.git cannot be fetched: timed out")
    refusal = refused(line.ask("1.4.2"))
    assert (refusal.reason, refusal.detail) == (Reason.SOURCE, "shop.git cannot be fetched: timed out")


def test_who_may_not_is_told_who_may_and_nothing_begins(line: Line) -> None:
    line.fleet = CLOSED
    assert refused(line.ask("1.4.2", user="U0EVE")) == Refusal(
        Reason.FORBIDDEN, target=TARGET, known=("@oncall", "U024BE7LH")
    )
    assert line.messages() == {}
    assert line.journal.deploys.recent(1) == []


def test_while_groups_cannot_be_read_nobody_is_let_in_by_guess(line: Line) -> None:
    line.fleet = CLOSED
    line.members.trouble = SlackAway("no connection to Slack")
    assert refused(line.ask("1.4.2")) == Refusal(Reason.UNSURE_WHO, target=TARGET, detail="no connection to Slack")


def test_a_plan_knows_what_comes_who_wrote_it_and_where_it_could_go_back_to(standing: Line) -> None:
    standing.source.between = {("1.4.1", "1.4.2"): 8, ("1.4.2", "1.4.1"): 2}
    plan = standing.deploy("1.4.2").plan
    assert plan.fallback == release("1.4.1")
    old, new = release("1.4.1").sha, release("1.4.2").sha
    assert plan.changes == Changes(
        8, 3, 2, f"https://github.com/acme/shop/compare/{old}...{new}", f"https://github.com/acme/shop/commit/{new}"
    )


def test_a_first_deploy_and_the_same_again_bring_no_changes(line: Line) -> None:
    url = f"https://github.com/acme/shop/commit/{release('1.4.1').sha}"
    assert line.deploy("1.4.1").plan.changes == Changes(0, 0, release_url=url)
    assert line.deploy("1.4.1").plan.changes == Changes(0, 0, release_url=url)


def test_a_repository_without_pages_has_no_links(standing: Line) -> None:
    standing.fleet = fleet_of(names(4), ((*SHOP, "repo"), "ssh://git.example.com/shop.git"))
    changes = standing.deploy("1.4.2").plan.changes
    assert changes is not None
    assert (changes.compare_url, changes.release_url) == (None, None)


def test_without_a_ref_it_is_the_default_branch_called_by_its_commit(line: Line) -> None:
    sha = release("main").sha
    assert line.deploy(None).release == Release(sha, sha)


def test_a_second_deploy_is_told_who_runs_the_first(standing: Line) -> None:
    gate = standing.backend.hang("web1", Step.INSTALL)
    first = standing.begin("1.4.2")
    refusal = refused(standing.ask("1.5.0", user="U0BEN"))
    assert (refusal.reason, refusal.deploy) == (Reason.BUSY, first)
    gate.set()
    assert standing.ended(first.id).state is DeployState.SUCCEEDED
    assert list(standing.messages()) == ["deploy:1", "deploy:1:plan", "deploy:2", "deploy:2:plan"]


def test_of_two_who_ask_at_once_one_wins_and_the_other_is_told_who(standing: Line) -> None:
    gate = standing.backend.hang("web1", Step.INSTALL)
    barrier = threading.Barrier(2)
    found: dict[str, object] = {}

    def ask(user: str) -> None:
        barrier.wait()
        found[user] = standing.ask("1.4.2", user=user)

    askers = [threading.Thread(target=ask, args=(user,)) for user in ("U0ANA", "U0BEN")]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    (winner,) = [each for each in found.values() if isinstance(each, Deploy)]
    (loser,) = [each for each in found.values() if isinstance(each, Refusal)]
    assert (loser.reason, loser.deploy) == (Reason.BUSY, winner)
    gate.set()
    standing.ended(winner.id)
    assert len(standing.journal.deploys.recent(9)) == 2


def test_while_a_restart_runs_there_is_no_deploy_and_it_is_told_whose(standing: Line) -> None:
    gate = standing.backend.hang("web1", Step.RESTART)
    act = standing.act_desk.ask_restart("U0BEN", str(standing.outage("web1").incident.id))
    refusal = refused(standing.ask("1.4.2"))
    assert (refusal.reason, refusal.act) == (Reason.BUSY, act)
    gate.set()


def test_another_place_is_not_held_up(standing: Line) -> None:
    staging = {**SOUND["services"]["shop"]["environments"]["production"], "path": "/srv/staging", "checks": []}
    standing.fleet = fleet_of(
        names(4), (("environments",), ["staging", "production"]), ((*SHOP, "environments", "staging"), staging)
    )
    gate = standing.backend.hang("web3", Step.INSTALL)
    here = standing.begin("1.4.2")
    there = standing.ask("1.5.0", environment="staging")
    assert isinstance(there, Deploy)
    assert there.target == Target("shop", "staging")
    gate.set()
    assert standing.ended(there.id).finished_at
    standing.ended(here.id)


def test_help_knows_where_one_may_pass_freezes(line: Line) -> None:
    assert line.desk.forcing("U0EVE") == line.fleet.environments  # where nobody is named everybody may
    line.fleet = CLOSED
    assert "production" not in line.desk.forcing("U0EVE")
    assert "production" in line.desk.forcing("U0ANA")


@pytest.mark.parametrize(
    ("there", "named"),
    [
        (["stock", "v1.5.0", "main"], "v1.5.0"),
        (["stock", "1.4.2", "1.4.1"], "1.4.2"),
        (["stock", "main"], "stock"),
        ([], "main"),
    ],
)
def test_an_example_names_a_numbered_release_before_a_branch(line: Line, there: list[str], named: str) -> None:
    line.source.there = there
    assert line.desk.examples("U0ANA")[1] == named


def test_help_knows_where_one_may_deploy_and_a_ref_of_today(line: Line) -> None:
    assert line.desk.examples("U0ANA") == (("staging", "production"), "1.4.2")
    line.fleet = CLOSED
    assert line.desk.examples("U0EVE") == (("staging",), "1.4.2")
    line.members.trouble = SlackAway("no connection to Slack")
    assert line.desk.examples("U0ANA") == (("staging",), "1.4.2")
