from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.holds import Frozen, Hold, Lock, Scope
from bot.messages.status import overview_message, overview_table, service_message, summary
from bot.model import DeployState, Health, Incident, Target
from bot.records import Deploy
from bot.standing import HostNow, Overview, ServiceView, TargetView
from bot.watch import Blindness, CheckState, CheckView, Vitals
from tests.building import HOSTILE, NOW, a_deploy, names, problems, release, rows, said, seconds

UP, DOWN, UNKNOWN = Health.UP, Health.DOWN, Health.UNKNOWN
ENVIRONMENTS = ("staging", "production")


def check(health: Health, name: str = "http", host: str | None = None, cause: str = "") -> CheckView:
    asked = None if health is UNKNOWN else NOW
    state = CheckState(NOW, health, checked_at=asked, latency=0.012, status=200, cause=cause)
    return CheckView(name, "GET https://shop.example.com/healthz", host, state)


def outage(number: int = 1, host: str | None = None, cause: str = "answered 503") -> Incident:
    return Incident(number, "shop/production/http", Target("shop", "production"), NOW, cause, host)


def target(
    service: str = "shop",
    environment: str = "production",
    health: Health = UP,
    ref: str | None = "1.4.2",
    hosts: Sequence[Health] = (UP, UP),
    uptime: float | None = 0.9998,
    incidents: tuple[Incident, ...] = (),
    last: Deploy | None = None,
) -> TargetView:
    place, stands = Target(service, environment), release(ref) if ref else None
    now = tuple(HostNow(name, stands, each) for name, each in zip(names(len(hosts)), hosts, strict=True))
    vitals = Vitals(place, (check(health),), incidents, uptime)
    return TargetView(place, now, vitals, stands, last)


def bare(service: str = "shop") -> TargetView:
    """Nothing looks at it."""
    view = target(service)
    return replace(view, vitals=Vitals(view.target, (), (), None))


def overview(*views: TargetView) -> Overview:
    services = list(dict.fromkeys(view.target.service for view in views))
    grouped = tuple(tuple(view for view in views if view.target.service == service) for service in services)
    return Overview(ENVIRONMENTS, grouped, NOW + seconds(94))


def service(*views: TargetView, runbook: str | None = None, deploys: tuple[Deploy, ...] = ()) -> ServiceView:
    return ServiceView("shop", runbook, views, deploys, NOW + seconds(94))


@pytest.mark.parametrize(
    ("views", "line"),
    [
        ([target()], "1 service, none down"),
        ([target(), target("api")], "2 services, none down"),
        ([target(health=UNKNOWN)], "1 service, none down, 1 of 1 deployment not known"),
        ([target(), target("api", health=UNKNOWN)], "2 services, none down, 1 of 2 deployments not known"),
        ([target(), bare("api")], "2 services, none down, 1 of 2 deployments without checks"),
        (
            [target(health=UNKNOWN), bare("api"), bare("web")],
            "3 services, none down, 2 of 3 deployments without checks, 1 of 3 deployments not known",
        ),
        ([target(health=DOWN)], "1 of 1 deployment down: shop in production"),
        (
            [target(environment="staging", health=DOWN), target(health=DOWN), target("api")],
            "2 of 3 deployments down: shop in staging, shop in production",
        ),
        (
            [target(f"s{number}", health=DOWN) for number in range(7)],
            (
                "7 of 7 deployments down: s0 in production, s1 in production, s2 in production, s3 in production,"
                " s4 in production and 2 more"
            ),
        ),
    ],
)
def test_the_first_line_says_what_is_down(views: list[TargetView], line: str) -> None:
    assert summary(overview(*views)) == line
    message = overview_message(overview(*views))
    assert message.text == line
    assert problems(message) == []


def test_a_service_is_one_row_with_its_environments_in_order() -> None:
    deploy = a_deploy(state=DeployState.SUCCEEDED)
    seen = overview(
        target(last=deploy, hosts=(UP, DOWN, UNKNOWN), uptime=0.9971, health=DOWN, incidents=(outage(), outage(2))),
        target(environment="staging", ref="1.5.0", last=a_deploy(at=NOW - timedelta(days=2)), uptime=1.0),
    )
    assert rows([overview_table(seen)]) == [
        ["service", "staging", "production", "24 h", "last deploy", "incidents"],
        ["shop", "● 1.5.0 2/2 ◐", "▲ 1.4.2 2/3", "99.71 %", "94 s ago", "2 incidents"],
    ]


def test_what_is_not_known_is_a_dash_or_said_so() -> None:
    seen = overview(target(health=UNKNOWN, ref=None, hosts=(UNKNOWN,), uptime=None))
    assert rows([overview_table(seen)])[1] == ["shop", "–", "○ nothing yet 1/1", "–", "never", "–"]


def test_the_worst_comes_first_then_by_name() -> None:
    seen = overview(
        target("d"),
        target("c", health=UNKNOWN),
        target("b"),
        target("z", health=DOWN),
        target("a", "staging"),
        target("a", health=DOWN),
    )
    assert [row[0] for row in rows([overview_table(seen)])[1:]] == ["a", "z", "c", "b", "d"]


@pytest.mark.parametrize(
    ("views", "line"),
    [
        ([target()], "shop: up in production"),
        ([target(health=UNKNOWN)], "shop: not known in production"),
        ([target(environment="staging"), bare()], "shop: up in staging, without checks in production"),
        (
            [target(environment="staging"), target(health=DOWN)],
            "shop: down in production, up in staging",
        ),
        ([target(environment="staging", health=DOWN), target(health=DOWN)], "shop: down in staging, production"),
    ],
)
def test_the_first_line_of_one_service_says_where_it_is_how(views: list[TargetView], line: str) -> None:
    message = service_message(service(*views))
    assert message.text == line
    assert problems(message) == []


def test_one_service_closely() -> None:
    seen = target(health=DOWN, hosts=(UP, DOWN), incidents=(outage(host="web2"),), last=a_deploy())
    checks = (check(UP, "a", "web1"), check(DOWN, "b", "web2", "answered <503>"), check(UNKNOWN, "c"))
    seen = replace(seen, vitals=replace(seen.vitals, checks=checks))
    message = service_message(service(seen, runbook="https://wiki.example.com/shop", deploys=(a_deploy(),)))
    told = said([block for block in message.blocks if block["type"] != "table"]).splitlines()
    asked = "GET https://shop.example.com/healthz"
    assert told == [
        "*shop: down in production*",
        "▲ *production* · 1.4.2 · 99.98 % up in 24 h · last deploy 94 s ago by <@U0ANA>",
        (
            ":red_circle: DOWN on web2 since <!date^1795176000^{time_secs}|12:00:00 UTC> (94 s ago): answered 503"
            " · incident 1"
        ),
        "`/status incidents` says who takes care of what; `/status ack 1`: you do",
        "▲ web2 · 1.4.2",
        "● web1 · 1.4.2",
        f"▲ {asked} · down · answered &lt;503&gt;",
        f"● {asked} · up · 200 in 12 ms",
        f"○ {asked} · not asked yet",
        "*Recent deploys*",
        "<https://wiki.example.com/shop|Runbook>",
    ]
    assert problems(message) == []


def test_a_place_without_checks_and_without_a_deploy_says_so() -> None:
    seen = target(health=UNKNOWN, ref=None, hosts=(UNKNOWN,), uptime=None)
    seen = replace(seen, vitals=replace(seen.vitals, checks=()))
    assert said(service_message(service(seen)).blocks).splitlines() == [
        "*shop: without checks in production*",
        "○ *production* · nothing deployed yet",
        "○ web1 · not known yet",
    ]


@pytest.mark.parametrize(("number", "more"), [(21, "and 1 more host"), (200, "and 180 more hosts")])
def test_many_hosts_are_counted(number: int, more: str) -> None:
    message = service_message(service(target(hosts=[UP] * number)))
    assert more in said(message.blocks).splitlines()
    assert problems(message) == []


def test_a_thousand_services_stay_inside_slacks_limits() -> None:
    views = [
        target(f"service-with-a-long-name-{number}", place, last=a_deploy())
        for number in range(1000)
        for place in ENVIRONMENTS
    ]
    message = overview_message(overview(*views))
    assert problems(message) == []
    assert rows(message.blocks)[-1][0].startswith("… ")


def test_the_worst_of_everything_stays_inside_slacks_limits_and_never_acts() -> None:
    hosts = [DOWN] * 200
    causes = tuple(outage(number, cause=HOSTILE * 60) for number in range(20))
    seen = target(health=DOWN, hosts=hosts, ref=HOSTILE * 10, incidents=causes)
    checks = tuple(check(DOWN, str(number), cause=HOSTILE * 60) for number in range(200))
    seen = replace(seen, vitals=replace(seen.vitals, checks=checks))
    deploys = tuple(a_deploy(reason=HOSTILE * 50, state=DeployState.FAILED) for _ in range(10))
    message = service_message(service(seen, replace(seen, target=Target("shop", "staging")), deploys=deploys))
    assert problems(message) == []
    told = str([block for block in message.blocks if block["type"] != "table"])
    assert "<!channel>" not in told
    assert "<@U1>" not in told


LOCK = Lock(Scope("production", "shop"), "U0ANA", "load test", NOW)
FROZEN = Frozen("production", NOW, None, window="22:00 - 06:00 UTC")


@pytest.mark.parametrize(
    ("hold", "cell", "told"),
    [
        (Hold(), "● 1.4.2 2/2", []),
        (Hold(lock=LOCK), "🔒 ● 1.4.2 2/2", ["locked by <@U0ANA> 94 s ago, until somebody unlocks it: load test"]),
        (Hold(frozen=FROZEN), "❄ ● 1.4.2 2/2", ["by the fleet file: 22:00 - 06:00 UTC"]),
        (Hold(LOCK, FROZEN), "🔒 ❄ ● 1.4.2 2/2", ["locked by <@U0ANA>", "by the fleet file"]),
    ],
)
def test_what_holds_deploys_back_is_shown(hold: Hold, cell: str, told: list[str]) -> None:
    seen = replace(target(), hold=hold)
    assert cell in rows(overview_message(overview(seen)).blocks)[1]
    closely = said(service_message(service(seen)).blocks)
    assert all(words in closely for words in told)
    assert ("locked" in closely) is (hold.lock is not None)


def drifted(last: Deploy | None = None) -> TargetView:
    view = target(last=last)
    return replace(view, hosts=(view.hosts[0], replace(view.hosts[1], release=release("1.4.1"))))


def test_a_host_at_another_release_is_drift_in_the_table_and_closely_with_the_way_out() -> None:
    assert [host.name for host in drifted().drifted] == ["web2"]
    assert "≠ 1" in said([overview_table(overview(drifted()))])
    shown = said(service_message(service(drifted())).blocks)
    assert "Drift: web2 (1.4.1) instead of 1.4.2. `/deploy shop@1.4.2 to production/web2` brings them along." in shown
    assert "web2 · 1.4.1 · *drift*: not the release that stands here" in shown


@pytest.mark.parametrize(
    "view",
    [
        target(),
        drifted(a_deploy(state=DeployState.RUNNING)),  # that is its work
        replace(drifted(), release=None),
        replace(target(), hosts=(HostNow("web1", None, UP),)),  # not known is no drift
    ],
)
def test_what_is_no_drift(view: TargetView) -> None:
    assert view.drifted == ()
    assert "≠" not in said([overview_table(overview(view))])


def test_of_many_hosts_those_that_are_down_come_first_then_those_on_another_release() -> None:
    many = target(health=DOWN, hosts=[UP] * 28 + [DOWN])
    other = replace(many.hosts[27], release=release("1.4.1"))
    told = said(service_message(service(replace(many, hosts=(*many.hosts[:27], other, many.hosts[28])))).blocks)
    shown = [line for line in told.splitlines() if line.startswith(("▲ web", "● web"))]
    assert [line.split(" · ")[0] for line in shown[:3]] == ["▲ web29", "● web28", "● web1"]
    assert "and 9 more hosts" in told


def test_more_incidents_than_are_shown_are_counted_with_the_way_to_all_of_them() -> None:
    many = target(health=DOWN, incidents=tuple(outage(number) for number in range(3, 11)))
    told = said(service_message(service(many)).blocks)
    assert told.count(":red_circle:") == 5
    assert "and 3 more incidents · `/status incidents` says who takes care of what; `/status ack 3`: you do" in told


def test_while_the_bot_cannot_see_a_service_says_so_first() -> None:
    blind = Blindness(3, NOW, "20 of 20 fail at once", "#alerts")
    message = service_message(replace(service(target()), blind=blind))
    assert message.text == "I cannot see now · shop: up in production"
    assert "I cannot see since" in said(message.blocks[1:2])
    assert problems(message) == []
