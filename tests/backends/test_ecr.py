"""Images in ECR, against moto as a process of its own."""

from collections.abc import Iterator

import pytest

from bot.backends.registries import Registries
from bot.cloud import Account
from bot.errors import CloudDenied, CloudRefused, RefUnknown
from tests.backends.daemons import reach, truer_moto
from tests.backends.ecs_place import REGION, EcsPlace
from tests.backends.stubbed import stubbed

NUMBERS = iter(range(1, 1000))


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with truer_moto(tmp_path_factory.mktemp("moto")) as address:
        yield address


@pytest.fixture
def place(aws: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[EcsPlace]:
    """Images `first`, `second` and `third`."""
    reach(monkeypatch, aws, REGION)
    made = EcsPlace(f"images{next(NUMBERS)}", container="web")
    made.release("second")
    made.release("third")
    yield made
    made.close()


def test_the_beginning_of_a_digest_names_the_only_image_that_has_it(place: EcsPlace) -> None:
    found = place.backend().resolve(place.site, place.digests["second"][:19])
    assert found.sha == place.digests["second"]


def test_a_beginning_that_several_have_is_refused_with_them(place: EcsPlace) -> None:
    with pytest.raises(RefUnknown):
        place.backend().resolve(place.site, "sha256:" + "0" * 12)


def test_the_newest_is_called_by_its_tag(place: EcsPlace) -> None:
    assert str(place.backend().resolve(place.site, None)) == "third"


def test_a_tag_that_moved_means_another_image(place: EcsPlace) -> None:
    before = place.backend().resolve(place.site, "second")
    place.mark("third", "second")
    assert place.backend().resolve(place.site, "second").sha == place.digests["third"] != before.sha


def test_a_repository_that_does_not_exist_is_said(place: EcsPlace) -> None:
    place.configure(image="123456789012.dkr.ecr.eu-west-1.amazonaws.com/nothing")
    with pytest.raises(CloudRefused, match="nothing"):
        place.backend().resolve(place.site, "first")


def test_a_registry_lies_in_its_own_region_and_account() -> None:
    with stubbed() as sessions:
        asked = {"repositoryName": "shop", "registryId": "999999999999", "imageIds": [{"imageTag": "1.4.2"}]}
        digest = "sha256:" + "9f86d081" * 8
        sessions.tell("ecr", "describe_images", {"imageDetails": [{"imageDigest": digest}]}, asked)
        image = "999999999999.dkr.ecr.us-east-1.amazonaws.com/shop"
        assert Registries(sessions).resolve(image, "1.4.2", Account("eu-west-1")).sha == digest


def test_who_may_not_look_is_told_the_action() -> None:
    with stubbed() as sessions:
        sessions.refuse("ecr", "describe_images", "AccessDeniedException", "not authorized")
        with pytest.raises(CloudDenied, match="ecr:DescribeImages"):
            Registries(sessions).resolve("999999999999.dkr.ecr.us-east-1.amazonaws.com/shop", "1.4.2")
