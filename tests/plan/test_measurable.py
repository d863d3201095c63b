import pytest

from bot.plan.measurable import Trial, unasked, unmeasurable

NOTHING, BAD = "the query returned nothing", "Prometheus answered 400: parse error"


def there(host: str) -> Trial:
    return Trial("cpu", host)


def absent(host: str) -> Trial:
    return Trial("cpu", host, NOTHING, absent=True)


def wrong(host: str, words: str = BAD) -> Trial:
    return Trial("cpu", host, words, wrong=True)


def away(host: str) -> Trial:
    return Trial("cpu", host, "Prometheus could not be reached", unasked=True)


def quiet(host: str) -> Trial:
    return Trial("cpu", host, "CloudWatch has no point")


@pytest.mark.parametrize(
    ("trials", "said"),
    [
        ([there("web2"), there("web3")], ()),
        ([absent("web2"), absent("web3")], (f"cpu: {NOTHING} for web2, web3",)),
        ([absent("web2"), there("web3")], ()),  # one host may be too new for a point
        ([away("web2"), away("web3")], ()),  # the moment's trouble: people are asked, should it last
        ([absent("web2"), away("web3")], ()),
        ([absent("web2"), quiet("web3")], ()),
        ([wrong("web2"), there("web3")], (f"cpu: {BAD} for web2",)),
        ([wrong("web2"), wrong("web3", "two series"), wrong("web4")], (f"cpu: {BAD} for web2, web4",)),
        ([absent(f"web{at}") for at in range(2, 7)], (f"cpu: {NOTHING} for web2, web3, web4 and others",)),
        ([], ()),
    ],
)
def test_what_could_never_tell_is_named_with_the_hosts(trials: list[Trial], said: tuple[str, ...]) -> None:
    assert unmeasurable(trials, {"cpu"}) == said


def test_a_metric_that_is_only_held_to_its_limits_may_come_with_the_release() -> None:
    assert unmeasurable([absent("web2")], set()) == ()
    assert unmeasurable([wrong("web2")], set()) == (f"cpu: {BAD} for web2",)


def test_each_metric_has_a_line_of_its_own_in_the_files_order() -> None:
    other = Trial("load", "web2", NOTHING, absent=True)
    assert unmeasurable([absent("web2"), other], {"cpu", "load"}) == (
        f"cpu: {NOTHING} for web2",
        f"load: {NOTHING} for web2",
    )


@pytest.mark.parametrize(
    ("trials", "said"),
    [
        ([away("web2"), away("web3")], ("cpu: Prometheus could not be reached for web2, web3",)),
        ([there("web2"), away("web3")], ("cpu: Prometheus could not be reached for web3",)),
        ([there("web2"), quiet("web3"), absent("web4"), wrong("web5")], ()),
        ([], ()),
    ],
)
def test_what_could_not_be_asked_is_told_from_what_has_no_number(trials: list[Trial], said: tuple[str, ...]) -> None:
    assert unasked(trials) == said
