"""A deploy as it was asked for: to some hosts only, by another strategy, without watching."""

import pytest

from bot.grammar import DeployTo
from bot.model import DeployState
from bot.preview import Preview
from bot.records import Deploy
from bot.refusals import Reason, Refusal
from tests.building import fleet_of, names, release, said
from tests.engine.line import Line
from tests.fleet.samples import PRODUCTION


def asked(line: Line, *hosts: str, ref: str = "1.4.2", strategy: str | None = None, now: bool = False) -> Deploy:
    wanted = DeployTo("shop", "production", ref, hosts=hosts, strategy=strategy, now=now)
    begun = line.desk.ask("U0ANA", wanted)
    assert isinstance(begun, Deploy), begun
    return line.ended(begun.id)


def stages(line: Line, deploy: Deploy) -> list[str]:
    return [stage.name for stage in line.view(deploy).stages]


def test_only_the_named_hosts_are_changed_and_the_message_says_partial(standing: Line) -> None:
    deploy = asked(standing, "web3", "web1")
    assert deploy.state is DeployState.SUCCEEDED
    assert standing.runs() == ["1.4.2", "1.4.1", "1.4.2", "1.4.1"]
    assert standing.messages()["deploy:2"] == "✓ Deploy 2 · shop 1.4.2 → production/web3,web1 done on 2 hosts"
    assert "partial: what stands there stays" in said(standing.blocks("deploy:2"))


def test_a_partial_deploy_does_not_become_what_stands_there_and_its_hosts_are_drift(standing: Line) -> None:
    asked(standing, "web1")
    (view,) = [row[0] for row in standing.board.overview().rows]
    assert view.release == release("1.4.1")
    assert [(host.name, host.release) for host in view.drifted] == [("web1", release("1.4.2"))]
    assert [host.release for host in view.hosts][1:] == [release("1.4.1")] * 3  # known from the deploy before


def test_what_follows_a_partial_deploy_goes_back_to_what_stood_before_it(standing: Line) -> None:
    asked(standing, "web1")
    deploy = standing.deploy("1.5.0")
    assert deploy.plan.fallback == release("1.4.1")
    refused = standing.moves.roll_back("U0ANA", "shop", "1.4.2", "production")
    assert isinstance(refused, Refusal)
    assert refused.reason is Reason.NEVER_GOOD


def test_a_partial_deploy_that_fails_takes_its_hosts_back_to_what_stands_there(standing: Line) -> None:
    standing.apps.sick.add(release("1.5.0").sha)
    deploy = asked(standing, "web4", ref="1.5.0")
    assert deploy.state is DeployState.ROLLED_BACK
    assert standing.runs() == ["1.4.1"] * 4


def test_all_hosts_by_name_are_a_whole_deploy(standing: Line) -> None:
    assert not asked(standing, *names(4)).plan.partial
    assert standing.journal.rungs(asked(standing).target)[-1] == release("1.4.2")


def test_nobody_is_late_for_a_partial_deploy(standing: Line) -> None:
    standing.apps.before = lambda _asks: setattr(standing, "fleet", fleet_of(names(5)))
    deploy = asked(standing, "web1")
    assert "Late hosts" not in stages(standing, deploy)


@pytest.mark.parametrize("what", ["deploy", "plan"])
def test_an_unknown_host_is_refused_with_the_nearest_one(standing: Line, what: str) -> None:
    wanted = DeployTo("shop", "production", "1.4.2", hosts=("web1", "web44"))
    found = standing.desk.ask("U0ANA", wanted) if what == "deploy" else standing.previews.of(wanted)
    assert isinstance(found, Refusal)
    assert (found.reason, found.name, found.near[0]) == (Reason.UNKNOWN_HOST, "web44", "web4")


def test_the_preview_shows_the_same_choice(standing: Line) -> None:
    seen = standing.previews.of(DeployTo("shop", "production", "1.4.2", hosts=("web2",), strategy="all_at_once"))
    assert isinstance(seen, Preview)
    assert (seen.plan.hosts, seen.plan.strategy, seen.plan.partial) == (("web2",), "all_at_once", True)


def test_another_strategy_is_used_for_this_deploy_only(standing: Line) -> None:
    canary = asked(standing, strategy="canary")
    assert stages(standing, canary)[2] == "Watching 2 min"
    assert standing.view(canary).stages[2].detail == "web1 stayed healthy"
    rolling = asked(standing, ref="1.5.0")
    assert stages(standing, rolling) == ["Preflight", "Batch 1 of 3", "Batch 2 of 3", "Batch 3 of 3"]


def test_now_leaves_out_watching_and_analysis(standing: Line) -> None:
    words = {"kind": "canary", "bake": "2m", "analysis": True}
    standing.fleet = fleet_of(names(4), ((*PRODUCTION, "strategy"), words))
    deploy = asked(standing, now=True)
    assert deploy.state is DeployState.SUCCEEDED
    assert stages(standing, deploy) == ["Preflight", "Batch 1 of 3", "Batch 2 of 3", "Batch 3 of 3"]
