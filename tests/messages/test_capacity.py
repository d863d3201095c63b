from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.capacity import Fitness, Machine, Standing
from bot.cloud import Member
from bot.managed import ManagedFacts
from bot.messages.capacity import busy_cell, capacity_lines, healthy_words
from bot.messages.status import overview_table, service_message
from bot.scaling import BusyMinute
from bot.standing import Cpu, Muster, TargetView
from tests.building import HOSTILE, NOW, problems, rows, said
from tests.messages.test_status import overview, service, target

MINUTE = timedelta(minutes=1)
WELL, ILL = Fitness.HEALTHY, Fitness.UNHEALTHY


def machine(number: int, fitness: Fitness = WELL, reason: str = "", release: str = "") -> Machine:
    return Machine(f"i-{number}", fitness, NOW + number * MINUTE, reason, release=release)


def standing(desired: int, *machines: Machine, notes: tuple[str, ...] = ()) -> Muster:
    return Muster(NOW, Standing(desired, machines, notes))


def cpu(*numbers: float | None, told: int = 4, missing: int = 0, age: int = 0, why: str = "") -> Cpu:
    """The last minutes of an hour; before them nothing was read. None: no host told its own."""
    minutes: list[BusyMinute | None] = [None] * (60 - len(numbers))
    for place, number in enumerate(numbers):
        at = NOW - (age + len(numbers) - 1 - place) * MINUTE
        if number is None:
            minutes.append(BusyMinute(at, 0, told, None, None, None))
        else:
            minutes.append(BusyMinute(at, told, missing, number, number, number))
    return Cpu(tuple(minutes), "median", {"web1": why} if why else {})


def view(muster: Muster | None = None, busy: Cpu | None = None) -> TargetView:
    plain = target()
    return TargetView(plain.target, plain.hosts, plain.vitals, plain.release, muster=muster, cpu=busy)


def lines(muster: Muster | None = None, busy: Cpu | None = None, later: timedelta = timedelta(0)) -> list[str]:
    return capacity_lines(view(muster, busy), NOW + later)


def test_where_nothing_is_known_nothing_is_said() -> None:
    assert lines() == []
    assert lines(Muster(NOW), Cpu((None,) * 60)) == []


@pytest.mark.parametrize(
    ("muster", "line"),
    [
        (standing(2, machine(1), machine(2)), "*Capacity*  2 desired · 2 healthy"),
        (standing(0), "*Capacity*  0 desired · 0 healthy"),
        (
            standing(4, machine(1), machine(2, ILL), machine(3, Fitness.DRAINING), machine(4, Fitness.STANDBY)),
            "*Capacity*  4 desired · 1 healthy · 1 unhealthy · 1 in standby · 1 draining",
        ),
        (
            standing(1500, *[machine(number, Fitness.PENDING) for number in range(1200)], machine(0, Fitness.LEAVING)),
            "*Capacity*  1,500 desired · 0 healthy · 1,200 starting · 1 leaving",
        ),
    ],
)
def test_machines_are_counted_by_how_they_are(muster: Muster, line: str) -> None:
    assert lines(muster) == [line]


def test_why_a_machine_does_not_serve_stands_below_in_the_clouds_words() -> None:
    ill = machine(2, ILL, "Target.Timeout: Request timed out")
    assert lines(standing(2, machine(1), ill))[1:] == ["▲ i-2 · unhealthy: Target.Timeout: Request timed out"]
    many = [machine(number, Fitness.PENDING, "Elb.RegistrationInProgress") for number in range(9)]
    assert lines(standing(9, *many))[-1] == "and 4 more machines with a reason"


def test_what_stands_in_the_way_of_the_number_is_said() -> None:
    full = "InsufficientInstanceCapacity: no room in eu-west-1a"
    assert lines(standing(3, machine(1), notes=(full, "older")))[1:] == [f":warning: {full}"]


def test_machines_of_an_older_version_are_drift() -> None:
    found = lines(standing(3, machine(1, release="6"), machine(2, release="7"), machine(3, release="7")))
    assert found[1:] == [":warning: Drift: i-1 (6) made from another version than the newest, 7"]
    assert len(lines(standing(2, machine(1, release="7"), machine(2, release="7")))) == 1
    leaving = machine(1, Fitness.LEAVING, release="6")
    assert len(lines(standing(1, leaving, machine(2, release="7")))) == 1


@pytest.mark.parametrize(
    ("members", "line"),
    [
        ({"i-1": Member("healthy"), "i-2": Member("healthy")}, "*Load balancer*  2 of 2 serve"),
        ({}, "*Load balancer*  0 of 0 serve"),
        (
            {"i-2": Member("unhealthy", "Target.ResponseCodeMismatch"), "i-1": Member("healthy")},
            "*Load balancer*  1 of 2 serve · i-2 unhealthy (Target.ResponseCodeMismatch)",
        ),
    ],
)
def test_hosts_that_are_no_pool_stand_as_their_load_balancer_sees_them(members: dict[str, Member], line: str) -> None:
    assert lines(Muster(NOW, members=members)) == [line]


def test_what_a_system_says_that_brings_releases_by_itself() -> None:
    facts = ManagedFacts("sha256:1", "a deployment is under way", 4, ("i-1 is at version 6", "i-2 too"), "6 tasks of 6")
    assert lines(Muster(NOW, facts=facts)) == [
        "*Runs*  6 tasks of 6",
        ":warning: Drift: i-1 is at version 6; i-2 too",
        ":warning: a deployment is under way",
    ]


def test_such_a_system_says_itself_what_is_drift() -> None:
    muster = Muster(NOW, standing(2, machine(1, release="6"), machine(2, release="7")).standing, ManagedFacts("ami-1"))
    assert lines(muster) == ["*Capacity*  2 desired · 2 healthy"]


def test_the_age_of_what_was_seen_is_said_when_it_is_old() -> None:
    muster = standing(1, machine(1))
    assert lines(muster, later=2 * MINUTE) == ["*Capacity*  1 desired · 1 healthy"]
    assert lines(muster, later=12 * MINUTE) == ["*Capacity*  1 desired · 1 healthy · seen 12 min ago"]


def test_a_cloud_that_cannot_be_asked_is_said_beside_what_was_seen_last() -> None:
    denied = "AWS does not allow ec2:DescribeInstances"
    muster = Muster(NOW, standing(1, machine(1)).standing, trouble=denied)
    assert lines(muster, later=10 * MINUTE)[-1] == f":warning: The cloud cannot be asked: {denied}"
    assert lines(Muster(trouble=denied)) == [f":warning: The cloud cannot be asked: {denied}"]


def test_how_busy_it_is_now_and_was_within_the_hour() -> None:
    (line,) = lines(busy=cpu(80, 80, 80, 20, 20, 40))
    assert line == "*CPU*  40 % · median of 4 hosts · `··················▇▃` at most 80 % within the hour"


@pytest.mark.parametrize(
    ("busy", "words"),
    [
        (cpu(40, told=1), "*CPU*  40 % · median of 1 host ·"),
        (cpu(0), "*CPU*  0 % · median of 4 hosts · `···················▁` at most 0 %"),
        (cpu(40, missing=2), "median of 4 hosts, 2 more not told ·"),
        (cpu(40, missing=1, why="no connection"), "median of 4 hosts, 1 more not told (no connection) ·"),
        (cpu(40, age=9), "*CPU*  40 % 9 min ago ·"),
        (cpu(40, None, None), "*CPU*  40 % · median of 4 hosts"),
        (cpu(None, None, why="CloudWatch: not allowed"), "*CPU*  not known (CloudWatch: not allowed)"),
        (cpu(None), "*CPU*  not known"),
    ],
)
def test_what_is_not_known_of_it_is_neither_zero_nor_silent(busy: Cpu, words: str) -> None:
    (line,) = lines(busy=busy)
    assert words in line


@pytest.mark.parametrize(
    ("views", "cell"),
    [
        ([view()], "–"),
        ([view(busy=cpu(None))], "–"),
        ([view(busy=cpu(100, 100, 100, 100, 100))], "100 % ···········█"),
        ([view(busy=cpu(20)), view(busy=cpu(60)), view()], "60 % ···········▅"),
        ([view(busy=cpu(60, age=9))], "60 % ···········▅ 9 min ago"),
    ],
)
def test_the_table_has_the_busiest_environment(views: Sequence[TargetView], cell: str) -> None:
    assert busy_cell(views, NOW) == cell


@pytest.mark.parametrize(
    ("muster", "words"),
    [
        (None, "2/2"),
        (Muster(NOW, members={}), "2/2"),
        (standing(6, machine(1), machine(2), machine(3, ILL)), "2/6"),
    ],
)
def test_the_table_counts_machines_as_the_cloud_does(muster: Muster | None, words: str) -> None:
    assert healthy_words(view(muster)) == words


def test_all_of_it_stands_in_the_messages_of_status() -> None:
    shown = view(standing(3, machine(1), machine(2, ILL, HOSTILE)), cpu(43, why=HOSTILE))
    message = service_message(service(shown))
    assert problems(message) == []
    assert "*Capacity*  3 desired · 1 healthy · 1 unhealthy" in said(message.blocks)
    assert "*CPU*  43 %" in said(message.blocks)
    header, row = rows([overview_table(overview(shown))])
    assert "43 % ···········▄" in row[header.index("CPU")]
    assert "1/3" in row[header.index("production")]
