import pytest

from bot.messages.hosts import host_words, stage_detail
from bot.model import HostState, Stage, StageState, Step
from bot.records import HostLine
from tests.building import healthy, names, seconds

RUNS = StageState.IN_PROGRESS


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (healthy("web1"), "healthy after 3.2 s"),
        (HostLine("web1", 0, HostState.HEALTHY), "healthy"),
        (HostLine("web1", 0, HostState.CHANGING, Step.INSTALL), "install"),
        (HostLine("web1", 0, HostState.CHANGING), "changing"),
        (HostLine("web1", 0, HostState.NEW), "restarted, waiting for health"),
        (HostLine("web1", 0), "waiting"),
        (HostLine("web1", 0, detail="no room"), "waiting: no room"),
        (HostLine("web1", 0, HostState.UNCHANGED, Step.TEST, detail="it broke"), "unchanged: it broke"),
        (HostLine("web1", 0, HostState.UNHEALTHY, detail="answered <503>"), "unhealthy: answered &lt;503&gt;"),
        (HostLine("web1", 0, HostState.UNKNOWN, detail="no connection"), "unknown: no connection"),
        (HostLine("web1", 0, HostState.SKIPPED, detail="no connection"), "skipped: no connection"),
        (HostLine("web1", 0, HostState.LEFT), "no longer in the fleet file"),
        (HostLine("web1", 0, HostState.READY), "ready"),
        (HostLine("web1", 0, HostState.RESTORED, detail="answered 503"), "restored: answered 503"),
    ],
)
def test_a_host_is_said_in_few_words(line: HostLine, words: str) -> None:
    assert host_words(line) == words


def test_a_batch_to_come_names_its_hosts_and_others_have_words_of_their_own() -> None:
    lines = [HostLine(name, number) for number, name in enumerate(names(3))]
    assert stage_detail(Stage(2, "Batch 2 of 3"), lines, 1) == "web2"
    assert stage_detail(Stage(0, "Preflight", RUNS), lines, None) == ""
    assert stage_detail(Stage(9, "Rollback", RUNS), lines, None) == ""


def test_few_hosts_are_named_one_by_one() -> None:
    lines = [healthy("web1"), HostLine("web2", 0, HostState.CHANGING, Step.FETCH), HostLine("web3", 1)]
    assert stage_detail(Stage(1, "Batch 1 of 2", RUNS), lines, 0) == "web1 · healthy after 3.2 s\nweb2 · fetch"


@pytest.mark.parametrize(
    ("states", "rows"),
    [
        (
            {"changing": 100},
            ["100 of 100 hosts changing"],
        ),
        (
            {"healthy": 97, "unhealthy": 1, "unknown": 2},
            ["web98 · unhealthy", "web99 · unknown", "web100 · unknown", "97 of 100 hosts healthy"],
        ),
        (
            {"waiting": 90, "unchanged": 10},
            [*(f"web{at} · unchanged" for at in range(91, 95)), "and 6 more hosts failed", "90 of 100 hosts waiting"],
        ),
        (
            {"unknown": 5, "healthy": 95},
            [*(f"web{at} · unknown" for at in range(1, 5)), "and 1 more host failed", "95 of 100 hosts healthy"],
        ),
    ],
)
def test_of_many_hosts_failures_come_first_and_the_rest_is_counted(states: dict[str, int], rows: list[str]) -> None:
    wanted = [HostState(state) for state, number in states.items() for _ in range(number)]
    lines = [HostLine(name, 0, state) for name, state in zip(names(100), wanted, strict=True)]
    assert stage_detail(Stage(1, "Batch 1 of 1", RUNS), lines, 0).splitlines() == rows


def test_a_host_that_became_well_says_after_how_long() -> None:
    assert host_words(HostLine("web1", 0, HostState.HEALTHY, healthy_after=seconds(0))) == "healthy after 0 s"
