import json

import pytest

from bot.engine.journal import Journal
from bot.engine.outages import Outages
from bot.model import DeployKind, DeployState, HostState, StageState, Step
from bot.records import Deploy, HostLine
from tests.building import TARGET, a_plan, fleet_of, lines, names, release, seconds, texts
from tests.engine.line import Line


def opened(line: Line, ref: str = "1.4.2", hosts: int = 4, incident: int | None = None) -> Deploy:
    deploy = line.journal.open(a_plan(hosts, ref=ref), "U0ANA", incident)
    assert deploy is not None
    return deploy


def version(line: Line, deploy: Deploy) -> int:
    with line.db.reading() as db:
        (row,) = db.table("outbox").rows_where("key = ?", [f"deploy:{deploy.id}"])
        return int(row["version"])


def test_a_new_deploy_has_its_stages_its_hosts_and_its_message_at_once(line: Line) -> None:
    deploy = opened(line)
    view = line.journal.view(deploy.id)
    assert view.deploy == deploy
    assert [stage.name for stage in view.stages] == ["Preflight", "Batch 1 of 3", "Batch 2 of 3", "Batch 3 of 3"]
    assert {stage.state for stage in view.stages} == {StageState.PENDING}
    assert view.hosts == lines(deploy.plan)
    assert line.messages() == {"deploy:1": "Deploy 1 · shop 1.4.2 → production"}


def test_who_comes_second_leaves_no_trace(line: Line) -> None:
    opened(line)
    assert line.journal.open(a_plan(4, ref="1.5.0"), "U0BEN") is None
    assert list(line.messages()) == ["deploy:1"]
    assert len(line.journal.deploys.recent(9)) == 1


def test_while_a_restart_runs_no_deploy_is_opened(line: Line) -> None:
    assert line.acts.begin(TARGET, ["web1"], 7, "U0BEN", line.clock.now())
    assert line.journal.open(a_plan(4), "U0ANA") is None
    assert line.messages() == {}


def test_hosts_are_shown_in_the_order_of_the_plan(line: Line) -> None:
    plan = a_plan(["zeta", "alpha", "web10", "web9"], sizes=["100%"])
    deploy = line.journal.open(plan, "U0ANA")
    assert deploy is not None
    assert [host.host for host in line.journal.view(deploy.id).hosts] == ["zeta", "alpha", "web10", "web9"]


def test_what_is_written_and_what_is_said_are_one(line: Line) -> None:
    deploy = opened(line)

    def broken() -> None:
        with line.journal.writing(deploy.id) as now:
            line.journal.stages.begin(deploy.id, 0, now)
            raise LookupError

    before = version(line, deploy)
    with pytest.raises(LookupError):
        broken()
    assert version(line, deploy) == before
    assert line.journal.view(deploy.id).stages[0].state is StageState.PENDING
    with line.journal.writing(deploy.id) as now:
        line.journal.stages.begin(deploy.id, 0, now)
    assert version(line, deploy) == before + 1


def test_a_stage_that_begins_gives_the_deploy_as_it_then_stands(line: Line) -> None:
    deploy = opened(line)
    before = version(line, deploy)
    line.clock.sleep(seconds(3))
    found = line.journal.begin(deploy.id, 0)
    assert found == line.journal.view(deploy.id)
    assert (found.stages[0].state, found.stages[0].started_at) == (StageState.IN_PROGRESS, line.clock.now())
    assert version(line, deploy) == before + 1


def test_steps_of_hosts_wait_for_the_next_refresh(line: Line) -> None:
    deploy = opened(line)
    before = version(line, deploy)
    for name in names(4):
        line.journal.stepping.first(deploy.id, name, Step.FETCH)
    assert version(line, deploy) == before
    line.clock.sleep(seconds(94))
    line.journal.refresh()
    assert version(line, deploy) == before + 1
    assert "· 94 s" in texts(line.blocks("deploy:1"))[0]
    line.journal.refresh()
    assert version(line, deploy) == before + 1  # nothing new, nothing said


def test_only_running_deploys_are_refreshed(line: Line) -> None:
    deploy = opened(line)
    line.journal.close(deploy.id)
    before = version(line, deploy)
    line.clock.sleep(seconds(94))
    line.journal.refresh()
    assert version(line, deploy) == before


def test_a_deploy_ends_once_as_its_stages_and_hosts_say(line: Line) -> None:
    deploy = opened(line)
    now = line.clock.now()
    for position in range(4):
        line.journal.stages.end(deploy.id, position, StageState.COMPLETE, "", now)
    line.journal.hosts.save(deploy.id, [HostLine(name, 0, HostState.HEALTHY) for name in names(4)], now)
    ended = line.journal.close(deploy.id)
    assert ended.state is DeployState.SUCCEEDED
    line.clock.sleep(seconds(60))
    assert line.journal.close(deploy.id) == ended
    assert list(line.messages()) == ["deploy:1"]


def test_a_failure_is_said_once_in_the_thread(line: Line) -> None:
    deploy = opened(line)
    line.journal.stages.end(deploy.id, 0, StageState.ERROR, "web1: no room", line.clock.now())
    for _ in range(2):
        assert line.journal.close(deploy.id).reason == "Preflight: web1: no room"
    assert list(line.messages()) == ["deploy:1", "deploy:1:failed"]
    with line.db.reading() as db:
        (reply,) = db.table("outbox").rows_where("key = 'deploy:1:failed'")
    assert (reply["thread"], reply["channel"], reply["version"]) == ("deploy:1", "#deploys", 1)


def test_messages_go_where_the_fleet_file_says_and_name_commands_as_here(line: Line) -> None:
    line.fleet = fleet_of(names(4), (("channels", "deploys"), "#releases"))
    journal = Journal(line.db, line.outbox, Outages(line.db, line.monitor), line.current, line.clock, prefix="pm-")
    deploy = journal.open(a_plan(4), "U0ANA")
    assert deploy is not None
    journal.stages.end(deploy.id, 0, StageState.ERROR, "web1: no room", line.clock.now())
    journal.close(deploy.id)
    with line.db.reading() as db:
        rows = list(db.table("outbox").rows)
    assert {row["channel"] for row in rows} == {"#releases"}
    told = json.dumps([row["payload"] for row in rows])
    assert "/pm-deploy shop@… to production" in json.loads(told)[0]
    assert "`/deploy" not in told


def test_a_deploy_that_is_not_there_is_a_defect(line: Line) -> None:
    with pytest.raises(LookupError, match="no deploy 99"):
        line.journal.view(99)


def test_good_releases_are_those_that_fully_succeeded_there(standing: Line) -> None:
    standing.deploy("1.4.2")
    standing.apps.sick.add(release("1.5.0").sha)
    standing.deploy("1.5.0")
    assert standing.journal.rungs(TARGET) == [release("1.4.1"), release("1.4.2")]


@pytest.mark.parametrize("offering", [True, False])
def test_a_deploy_asked_for_by_an_alert_is_opened_while_its_buttons_stand(standing: Line, offering: bool) -> None:
    number = standing.outage().incident.id
    standing.incidents.annotate(number, "rolled back by somebody", offering)
    plan = a_plan(4, DeployKind.ROLLBACK, "1.4.1", None)
    assert (standing.journal.open(plan, "U0CID", number) is not None) is offering
