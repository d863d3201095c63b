"""One of many hosts asks for all whether to halt."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.backends.ssh.heeding import Heed


class Asked:
    """Answers as the test says, and counts; its clock moves when the test moves it."""

    def __init__(self) -> None:
        self.answer, self.times, self.now = False, 0, 100.0
        self.fault: Exception | None = None
        self.heed = Heed(self.halted, 0.2, lambda: self.now)

    def halted(self) -> bool:
        self.times += 1
        if self.fault:
            raise self.fault
        return self.answer


def test_many_at_once_ask_once() -> None:
    asked = Asked()
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: asked.heed(), range(100)))
    assert not any(answers)
    assert asked.times == 1


@pytest.mark.parametrize(("passed", "heeds"), [(0.1, False), (0.2, True), (5.0, True)])
def test_an_answer_serves_until_it_is_old(passed: float, heeds: bool) -> None:
    asked = Asked()
    assert not asked.heed()
    asked.answer = True
    asked.now += passed
    assert asked.heed() is heeds


def test_the_first_answer_is_always_asked_for() -> None:
    asked = Asked()
    asked.answer = True
    assert asked.heed()


def test_who_asked_gets_what_asking_raised_and_the_next_one_asks_again() -> None:
    asked = Asked()
    asked.fault = OSError("the database is away")
    with pytest.raises(OSError, match="away"):
        asked.heed()
    asked.fault, asked.answer = None, True
    assert asked.heed()
    assert asked.times == 2
