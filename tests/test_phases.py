import pytest

from bot.phases import Phases, mostly, span

WHOLE = Phases(0.001, 0.003, 0.012, 0.652, 0.655)


@pytest.mark.parametrize(
    ("phases", "parts", "words"),
    [
        (Phases(), [], ""),
        (Phases(total=0.2), [("rest", 0.2)], "rest 200 ms"),
        (
            Phases(0.001, 0.003, 0.0, 0.043, 0.043),
            [("name", 0.001), ("connection", 0.002), ("first byte", 0.04), ("rest", 0.0)],
            "name 1 ms · connection 2 ms · first byte 40 ms",
        ),
        (
            WHOLE,
            [("name", 0.001), ("connection", 0.002), ("TLS", 0.009), ("first byte", 0.64), ("rest", 0.003)],
            "name 1 ms · connection 2 ms · TLS 9 ms · first byte 640 ms · rest 3 ms",
        ),
        # clocks that run a little backwards
        (Phases(0.004, 0.003, 0.0, 0.043, 0.042), None, "name 4 ms · first byte 40 ms"),
        (Phases(0.0001, 0.0002, 0.0, 0.0021, 0.0023), None, "first byte 2 ms"),
        (Phases(0.0001, 0.0002, 0.0, 0.0003, 0.0004), None, ""),
    ],
)
def test_a_transfer_falls_into_the_phases_it_had(
    phases: Phases, parts: list[tuple[str, float]] | None, words: str
) -> None:
    if parts is not None:
        assert [(name, round(took, 6)) for name, took in phases.parts()] == parts
    assert str(phases) == words


def test_the_parts_add_up_to_the_whole() -> None:
    assert sum(took for _, took in WHOLE.parts()) == pytest.approx(WHOLE.total)


@pytest.mark.parametrize(
    ("phases", "words"),
    [
        (WHOLE, "640 ms of them until the first byte"),
        (Phases(0.7, 0.701, 0.0, 0.9, 0.912), "700 ms of them to resolve the name"),
        (Phases(0.001, 0.701, 0.0, 0.9, 0.912), "700 ms of them to connect"),
        (Phases(0.001, 0.002, 0.8, 0.9, 0.912), "798 ms of them for the TLS handshake"),
        (Phases(0.001, 0.002, 0.0, 0.01, 4.01), "4 s of them for the rest of the answer"),
        (Phases(), ""),
    ],
)
def test_the_longest_phase_is_named(phases: Phases, words: str) -> None:
    assert mostly(phases) == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "1 ms"), (0.0414, "41 ms"), (0.25, "250 ms"), (1, "1 s"), (5, "5 s"), (12.34, "12.3 s")]
)
def test_times_are_said_as_people_say_them(seconds: float, words: str) -> None:
    assert span(seconds) == words
