"""What the rules want, by tables: the worked examples of Kubernetes' HPA first."""

import pytest

from bot.plan.load import is_lopsided, seen, wanted
from bot.scaling import Rule
from tests.plan.scaled import NOW, capacity, policy


@pytest.mark.parametrize(
    ("cpu", "target", "hosts"),
    [
        pytest.param([90] * 50, 75, 60, id="the blog's example: 50 x 90/75 = 60"),
        pytest.param([200.0 / 2] * 2, 50, 4, id="twice the target doubles"),
        pytest.param([50] * 4, 100, 2, id="half the target halves"),
        pytest.param([66] * 10, 60, 11, id="a tenth above: out has no tolerance by default"),
        pytest.param([57] * 10, 60, 10, id="a twentieth below is near enough"),
        pytest.param([54] * 10, 60, 9, id="further below it shrinks, rounded up"),
        pytest.param([60] * 3, 60, 3, id="just the target, whatever a float makes of it"),
        pytest.param([20] * 3, 60, 1, id="3 x 20/60 is one, not two by a rounding"),
        pytest.param([0] * 5, 60, 0, id="nothing to do: the limits keep the last one"),
        pytest.param([100], 60, 2, id="one busy host becomes two"),
    ],
)
@pytest.mark.parametrize("how", ["median", "mean", "max"])
def test_the_ratio_of_hpa_is_kept_to(cpu: list[float], target: float, hosts: int, how: str) -> None:
    found = wanted(capacity(*cpu), policy(target_cpu=target, of=how), NOW)
    assert found is not None
    assert (found.hosts, found.rule) == (hosts, Rule.TRACKING)


@pytest.mark.parametrize(
    ("cpu", "young", "how", "hosts"),
    [
        pytest.param(
            [90, 90, None], 0, "mean", 3, id="growing: the missing one counts as idle, and 180/180 is the target"
        ),
        pytest.param([90, 90, 90, None], 0, "mean", 5, id="growing: 270/60 with an idle fourth"),
        pytest.param([30, 30, None], 0, "mean", 2, id="shrinking: the missing one counts as wholly on target"),
        pytest.param([58, 45, None, None], 0, "mean", 4, id="shrinking: with those within the tolerance"),
        pytest.param([80, 80], 1, "mean", 3, id="a warming host counts as capacity when growing"),
        pytest.param([80, 80], 1, "median", 3, id="the same for a median: it does not count the load twice"),
        pytest.param([100] * 4, 4, "median", 8, id="four more are on their way already"),
        pytest.param([100] * 4, 1, "max", 7, id="one more is, and seven are needed"),
        pytest.param([30, 30, 30, 30], 2, "mean", 2, id="shrinking: warming hosts say nothing here, the guard holds"),
    ],
)
def test_a_missing_number_counts_against_the_change(cpu: list[float | None], young: int, how: str, hosts: int) -> None:
    found = wanted(capacity(*cpu, young=young), policy(of=how), NOW)
    assert found is not None
    assert found.hosts == hosts


@pytest.mark.parametrize("cpu", [[], [None], [None, None]])
def test_without_a_single_number_nothing_is_wanted(cpu: list[float | None]) -> None:
    assert wanted(capacity(*cpu), policy(), NOW) is None


STEPS = [{"above": 70, "add": 1}, {"above": 90, "add": 3}, {"below": 20, "remove": 2}]


@pytest.mark.parametrize(
    ("cpu", "words", "hosts", "rule"),
    [
        pytest.param([95] * 4, {"target_cpu": None, "steps": STEPS}, 7, Rule.STEP, id="the widest step that is passed"),
        pytest.param([70] * 4, {"target_cpu": None, "steps": STEPS}, 5, Rule.STEP, id="a line belongs to its step"),
        pytest.param([50] * 4, {"target_cpu": None, "steps": STEPS}, 4, Rule.STEP, id="between the lines it stays"),
        pytest.param([20] * 4, {"target_cpu": None, "steps": STEPS}, 2, Rule.STEP, id="and inwards"),
        pytest.param([80] * 4, {"steps": STEPS}, 6, Rule.TRACKING, id="out if any rule says so: the target wants more"),
        pytest.param([95] * 4, {"steps": STEPS}, 7, Rule.TRACKING, id="both want seven"),
        pytest.param([40] * 6, {"steps": STEPS}, 6, Rule.STEP, id="in only if all do: the steps do not"),
        pytest.param([10] * 6, {"steps": STEPS}, 4, Rule.STEP, id="all do, and the smaller change counts"),
        pytest.param([40] * 6, {"steps": STEPS[:2]}, 4, Rule.TRACKING, id="steps that only add have no say inwards"),
    ],
)
def test_several_rules_go_out_if_any_says_so_and_in_only_if_all_do(
    cpu: list[float], words: dict[str, object], hosts: int, rule: Rule
) -> None:
    found = wanted(capacity(*cpu), policy(**words), NOW)
    assert found is not None
    assert (found.hosts, found.rule) == (hosts, rule)


@pytest.mark.parametrize(
    ("cpu", "lopsided"),
    [
        pytest.param([50, 50, 50, 99], False, id="a quarter is not more than a quarter"),
        pytest.param([50, 50, 50, 99, 99], True, id="two of five"),
        pytest.param([95, 95, 95, 20], False, id="the median shows it by itself"),
        pytest.param([99], False, id="a single host is no minority"),
        pytest.param([50, 50, 90, 90], False, id="90 is not above 90"),
    ],
)
def test_a_hot_minority_that_a_median_hides_is_seen(cpu: list[float], lopsided: bool) -> None:
    assert is_lopsided(seen(capacity(*cpu), policy(), NOW), policy()) is lopsided


def test_it_acts_on_a_hot_minority_only_when_told_to() -> None:
    busy = capacity(55, 55, 55, 99, 99)
    quiet = wanted(busy, policy(), NOW)
    acting = wanted(busy, policy(hot={"act": True}), NOW)
    assert (quiet and quiet.hosts, acting and (acting.hosts, acting.rule)) == (5, (6, Rule.HOT))


def test_what_was_seen_counts_every_host_once() -> None:
    found = seen(capacity(40, 60, None, young=2, desired=6), policy(), NOW)
    assert (found.cpu, found.told, found.missing, found.warming, found.hot) == (50, 2, 1, 3, 0)
