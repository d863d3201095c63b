import pytest
from structlog.testing import capture_logs

from bot.errors import RefUnknown, RepositoryUnreachable, SourceError
from bot.offers import Offers
from tests.building import release
from tests.engine.line import Line


def test_a_service_offers_what_is_known_of_its_repository(line: Line) -> None:
    found = line.engine.offering.of("shop")
    assert found.names == ("1.4.2", "1.4.1", "main")
    assert [commit.sha for commit in found.commits] == [release("main").sha]


@pytest.mark.parametrize("service", ["", "shpo", "$(id)"])
def test_what_is_no_service_offers_nothing(line: Line, service: str) -> None:
    assert line.engine.offering.of(service) == Offers()
    line.engine.offering.freshen(service)


@pytest.mark.parametrize("trouble", [RepositoryUnreachable("git did not answer"), RefUnknown("HEAD")])
def test_a_repository_that_cannot_be_read_is_logged_and_stops_nobody(line: Line, trouble: SourceError) -> None:
    line.source.trouble = trouble
    with capture_logs() as logged:
        line.engine.offering.freshen("shop")
    assert [(one["service"], one["error"]) for one in logged] == [("shop", str(trouble))]
