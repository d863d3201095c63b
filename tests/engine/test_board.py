from collections.abc import Sequence
from datetime import datetime

from bot.engine.board import Board
from bot.model import Health, HostState, Step, Target
from bot.scaling import BusyMinute
from bot.standing import Cpu, Muster, ServiceView
from bot.state.checks import Checks
from bot.watch import CheckState
from tests.building import TARGET, fleet_of, names, release
from tests.engine.line import Line
from tests.fleet.samples import PRODUCTION
from tests.waiting import eventually

CHECKED = (
    (*PRODUCTION, "checks"),
    [
        {"http": "http://shop/healthz", "action": "rollback"},
        {"name": "own", "http": "http://{name}/healthz", "action": "restart", "per_host": True},
    ],
)


def service(line: Line, name: str = "shop") -> ServiceView:
    found = line.board.service(name)
    assert isinstance(found, ServiceView), found
    return found


def hosts(line: Line) -> list[str | None]:
    return [host.release.name if host.release else None for host in service(line).targets[0].hosts]


def see(line: Line, **health: Health) -> None:
    """What each host's own check saw last."""
    now = line.clock.now()
    states = {f"shop/production/own/{name}": CheckState(now, each, now) for name, each in health.items()}
    Checks(line.db).save(states)


def test_before_the_first_deploy_nothing_stands_anywhere(line: Line) -> None:
    (view,) = service(line).targets
    assert (view.target, view.release, view.last) == (TARGET, None, None)
    assert hosts(line) == [None] * 4
    assert service(line).deploys == ()


def test_after_a_deploy_every_host_runs_it(standing: Line) -> None:
    deploy = standing.deploy("1.4.2")
    (view,) = service(standing).targets
    assert (view.release, view.last) == (release("1.4.2"), deploy)
    assert hosts(standing) == ["1.4.2"] * 4
    assert [each.id for each in service(standing).deploys] == [2, 1]


def test_after_a_rollback_hosts_run_what_was_good(standing: Line) -> None:
    standing.apps.sick.add(release("1.5.0").sha)
    standing.deploy("1.5.0")
    assert hosts(standing) == ["1.4.1"] * 4
    assert service(standing).targets[0].release == release("1.4.1")


def test_a_host_on_which_going_back_failed_is_not_known(standing: Line) -> None:
    standing.apps.sick.add("web1")
    standing.deploy("1.5.0")
    assert hosts(standing) == [None, "1.4.1", "1.4.1", "1.4.1"]


def test_while_a_deploy_runs_each_host_says_what_is_known(standing: Line) -> None:
    gate = standing.backend.hang("web2", Step.INSTALL)
    deploy = standing.begin("1.4.2")
    eventually(lambda: standing.view(deploy).hosts[1].state is HostState.CHANGING, timeout=60)
    assert hosts(standing) == ["1.4.2", None, "1.4.1", "1.4.1"]
    gate.set()
    standing.ended(deploy.id)


def test_a_host_that_joined_the_fleet_file_since_is_not_known_yet(standing: Line) -> None:
    standing.fleet = fleet_of(names(5))
    assert hosts(standing) == [*["1.4.1"] * 4, None]


def test_health_of_a_host_is_what_its_own_checks_say(line: Line) -> None:
    line.fleet = fleet_of(names(4), CHECKED)
    see(line, web1=Health.UP, web2=Health.DOWN, web3=Health.UNKNOWN)
    (view,) = service(line).targets
    assert [host.health for host in view.hosts] == [Health.UP, Health.DOWN, Health.UNKNOWN, Health.UNKNOWN]
    assert view.hosts_up == 3
    assert view.vitals.health is Health.DOWN


def test_the_overview_has_a_row_for_each_service_with_its_places_in_order(line: Line) -> None:
    staging = {"backend": "ssh", "hosts": ["deploy@10.1.0.1"], "path": "/srv/staging"}
    rest = {"steps": {"restart": "true"}, "health": {"http": "http://{host}/"}}
    line.fleet = fleet_of(
        names(4),
        (("environments",), ["staging", "production"]),
        ((*PRODUCTION[:-1], "staging"), {**staging, **rest}),
    )
    seen = line.board.overview()
    assert seen.environments == ("staging", "production")
    assert [[view.target for view in row] for row in seen.rows] == [[Target("shop", "staging"), TARGET]]
    assert (seen.recent, seen.now) == ((), line.clock.now())


def test_home_adds_what_happened_last(standing: Line) -> None:
    deploy = standing.deploy("1.4.2")
    assert [each.id for each in standing.board.home().recent] == [deploy.id, 1]


class Said:
    """Fills CpuSeries, and what machines were counted."""

    def __init__(self) -> None:
        self.looks: list[list[Target]] = []

    def views(self, targets: Sequence[Target], now: datetime) -> dict[Target, Cpu]:
        self.looks.append(list(targets))
        return {target: Cpu((BusyMinute(now, 2, 0, 40.0, 50.0, 90.0),), "max") for target in targets}

    def muster(self, target: Target) -> Muster | None:
        return Muster(trouble=f"{target} cannot be asked")


def test_machines_and_load_stand_with_each_target_and_load_is_one_look_for_all(standing: Line) -> None:
    said = Said()
    journal, overview = standing.engine.journal, standing.monitor.overview
    board = Board(journal, overview, standing.holds, standing.current, standing.clock, said, said.muster)
    seen = board.overview()
    views = [view for row in seen.rows for view in row]
    assert [view.cpu.now for view in views if view.cpu] == [90.0] * len(views)
    assert [view.muster.trouble for view in views if view.muster] == ["shop · production cannot be asked"]
    closely = board.service("shop")
    assert isinstance(closely, ServiceView)
    assert closely.targets[0].cpu == views[0].cpu
    assert said.looks == [[TARGET], [TARGET]]
