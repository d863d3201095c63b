import pytest

from bot.counting import count


@pytest.mark.parametrize(
    ("number", "noun", "plural", "said"),
    [
        (0, "host", "", "0 hosts"),
        (1, "host", "", "1 host"),
        (4, "host", "", "4 hosts"),
        (1234, "batch", "", "1,234 batches"),
        (2, "reply", "", "2 replies"),
        (2, "day", "", "2 days"),
        (3, "person", "people", "3 people"),
        (1, "person", "people", "1 person"),
        (0, "task runs", "tasks run", "0 tasks run"),
        (1, "task runs", "tasks run", "1 task runs"),
    ],
)
def test_a_count_agrees_with_its_noun(number: int, noun: str, plural: str, said: str) -> None:
    assert count(number, noun, plural) == said
