from datetime import UTC, datetime

import pytest

from bot.model import Target
from bot.plan.foreign.place import Place, place
from bot.reports import Report
from tests.fleet.samples import changed, load

FLEET = load(changed((("aliases",), {"prod": "production"})))
SHOP = Target("shop", "production")


def report(service: str = "", environment: str = "", host: str = "") -> Report:
    return Report(
        "Alertmanager", "k", True, datetime(2026, 11, 20, tzinfo=UTC), "HighErrorRate", "c", service, environment, host
    )


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("shop", "production"), Place(SHOP, None, True)),
        (("Shop", "PROD"), Place(SHOP, None, True)),
        (("shop", ""), Place(SHOP, None, True)),
        (("shop", "production", "web1"), Place(SHOP, "web1", True)),
        (("shop", "production", "10.0.0.6:9100"), Place(SHOP, "web2", True)),
        (("shop", "production", "10.0.0.6"), Place(SHOP, "web2", True)),
        (("shop", "production", "10.0.0.60:9100"), Place(SHOP, None, True)),
        (("shop", "staging"), Place(Target("shop", "staging"), None, False)),
        (("", ""), Place(Target("HighErrorRate", "Alertmanager"), None, False)),
        (("", "production", "db1"), Place(Target("HighErrorRate", "production"), "db1", False)),
        (("Billing", ""), Place(Target("Billing", "Alertmanager"), None, False)),
    ],
)
def test_a_report_belongs_where_its_words_say_or_to_itself(words: tuple[str, ...], found: Place) -> None:
    assert place(report(*words), FLEET) == found
