import pytest

from bot.engine.doors import Doors
from bot.errors import SlackAway, SlackRefused
from bot.model import Target
from bot.refusals import Reason, Refusal
from tests.building import fleet_of
from tests.engine.outside import Members

FLEET = fleet_of(
    ["web1"],
    (("environments",), ["staging", "preview", "production"]),
    (
        ("access",),
        {"production": {"deploy": ["@oncall"], "approve": ["@leads"]}, "preview": {"deploy": ["U024BE7LH"]}},
    ),
)
PRODUCTION, STAGING = Target("shop", "production"), Target("shop", "staging")


@pytest.fixture
def members() -> Members:
    return Members()


@pytest.fixture
def doors(members: Members) -> Doors:
    return Doors(members, lambda: FLEET)


def test_who_is_named_may_and_who_is_not_is_told_who_is(doors: Doors) -> None:
    assert doors.closed("U0ANA", PRODUCTION) is None
    assert doors.closed("U0EVE", PRODUCTION) == Refusal(Reason.FORBIDDEN, target=PRODUCTION, known=("@oncall",))


def test_approving_has_people_of_its_own(doors: Doors) -> None:
    assert doors.closed_to_approve("U0ANA", PRODUCTION) is None
    refused = doors.closed_to_approve("U0EVE", PRODUCTION)
    assert refused == Refusal(Reason.MAY_NOT_APPROVE, target=PRODUCTION, known=("@leads",))


@pytest.mark.parametrize("trouble", [SlackAway("no connection"), SlackRefused("missing_scope", "install it again")])
def test_where_everybody_may_slack_is_not_asked_and_elsewhere_nobody_is_guessed(
    doors: Doors, members: Members, trouble: SlackAway
) -> None:
    members.trouble = trouble
    assert doors.closed("U0EVE", STAGING) is None
    assert doors.closed("U0ANA", PRODUCTION) == Refusal(Reason.UNSURE_WHO, target=PRODUCTION, detail=str(trouble))
    assert doors.closed_to_approve("U0ANA", PRODUCTION) == doors.closed("U0ANA", PRODUCTION)


@pytest.mark.parametrize(
    ("user", "where"),
    [("U0ANA", ("staging", "preview", "production")), ("U0EVE", ("staging",))],
)
def test_environments_open_to_a_person_come_in_the_order_of_promotion(
    doors: Doors, user: str, where: tuple[str, ...]
) -> None:
    assert doors.open_to(user) == where


def test_what_cannot_be_read_is_not_open(doors: Doors, members: Members) -> None:
    members.trouble = SlackAway("no connection")
    assert doors.open_to("U0ANA") == ("staging",)


def test_groups_for_mentions_are_none_while_they_cannot_be_read(doors: Doors, members: Members) -> None:
    assert doors.groups() == {"leads": "S0LEADS"}
    members.trouble = SlackAway("no connection")
    assert doors.groups() == {}
