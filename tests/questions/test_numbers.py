from datetime import timedelta

import pytest

from bot.questions.numbers import CloudMetric


def metric(*dimensions: tuple[str, str], namespace: str = "Shop") -> CloudMetric:
    return CloudMetric(namespace, "Load", "Sum", dimensions, timedelta(minutes=1))


@pytest.mark.parametrize(
    "sound",
    [
        metric(),
        metric(("Host", "web1"), ("Place", "a b:c/~")),
        metric(("Host", "x" * 1024)),
        metric(namespace="AWS/EC2"),
        metric(namespace="a:b"),
    ],
)
def test_a_metric_that_cloudwatch_takes_has_no_fault(sound: CloudMetric) -> None:
    assert sound.fault == ""


@pytest.mark.parametrize(
    ("amiss", "fault"),
    [
        (metric(namespace=":Shop"), "the namespace :Shop begins with a colon"),
        (metric((":Host", "web1")), "the dimension :Host begins with a colon"),
        (metric((" ", "web1")), "the dimension ' ' is empty"),
        (metric(("Größe", "web1")), "the dimension 'Gr\\xf6\\xdfe' has letters other than ASCII"),
        (metric(("Host", "")), "the dimension Host is empty"),
        (metric(("Host", " \t")), "the dimension Host is empty"),
        (metric(("Host", "wéb")), "the dimension Host has letters other than ASCII"),
        (metric(("Host", "a\nb")), "the dimension Host has letters other than ASCII"),
        (metric(("Host", "x" * 1025)), "the dimension Host is longer than 1,024 characters"),
        (metric(("Host", "web1"), ("Place", "")), "the dimension Place is empty"),
    ],
)
def test_one_that_it_does_not_take_says_why(amiss: CloudMetric, fault: str) -> None:
    assert amiss.fault == fault
