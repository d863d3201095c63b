"""Services of ECS in moto's server: what is registered, updated and followed."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.backends.ecs import EcsServices, _trouble
from bot.backends.ecs_definition import BEFORE, ORDER
from bot.backends.ecs_tasks import EcsTasks
from bot.backends.managed import ManagedSite
from bot.backends.registries import Registries
from bot.errors import CloudRefused
from bot.fleet.ecs import Ecs
from bot.managed import ManagedOrder, Pace, Phase
from bot.model import Release
from tests.backends.daemons import reach, truer_moto
from tests.backends.ecs_place import REGION, EcsPlace
from tests.backends.stubbed import stubbed

ARN, DIGEST = "arn:aws:ecs:eu-west-1:123456789012:", "sha256:" + "9f86d081" * 8
NUMBERS = iter(range(1, 1000))


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with truer_moto(tmp_path_factory.mktemp("moto")) as address:
        yield address


@pytest.fixture
def place(aws: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[EcsPlace]:
    reach(monkeypatch, aws, REGION)
    made = EcsPlace(f"main{next(NUMBERS)}", container="web")
    yield made
    made.close()


def order(place: EcsPlace, name: str, number: int = 41, **more: Any) -> ManagedOrder:
    return ManagedOrder(f"deploy-{number}", place.backend().resolve(place.site, name), **more)


def bring(place: EcsPlace, name: str, number: int = 41, **more: Any) -> ManagedOrder:
    """To its end."""
    wanted = order(place, name, number, **more)
    place.backend().begin(place.site, wanted)
    assert place.follow(wanted).phase is Phase.DONE
    return wanted


def test_the_image_is_brought_by_its_digest_and_all_else_stays(place: EcsPlace) -> None:
    before = place.definition()
    place.release("second")
    wanted = bring(place, "second")
    after = place.definition()
    web, log = after["containerDefinitions"]
    assert web["image"] == f"{place.image}@{wanted.release.sha}"
    assert web["environment"] == [{"name": "MODE", "value": "live"}]
    assert log == before["containerDefinitions"][1]
    assert (after["family"], after["revision"]) == (before["family"], before["revision"] + 1)


def test_what_was_registered_says_for_which_order_and_what_ran_before(place: EcsPlace) -> None:
    before = place.service()["taskDefinition"]
    place.release("second")
    bring(place, "second")
    said = place.ecs.describe_task_definition(taskDefinition=place.service()["taskDefinition"], include=["TAGS"])
    assert {tag["key"]: tag["value"] for tag in said["tags"]} == {ORDER: "deploy-41", BEFORE: before}


def test_a_process_that_died_after_it_had_registered_registers_nothing_twice(place: EcsPlace) -> None:
    place.release("second")
    wanted = order(place, "second")
    by_the_dead = place.register(f"{place.image}@{wanted.release.sha}", {ORDER: wanted.id})
    place.backend().begin(place.site, wanted)
    assert place.follow(wanted).phase is Phase.DONE
    assert place.service()["taskDefinition"] == by_the_dead


def test_an_order_that_ecs_took_back_is_not_begun_again_by_the_next_process(place: EcsPlace) -> None:
    place.release("broken", broken="exit code 137")
    wanted = order(place, "broken")
    place.backend().begin(place.site, wanted)
    assert place.follow(wanted).phase is Phase.BACK
    place.backend().begin(place.site, wanted)
    assert place.follow(wanted).phase is Phase.BACK
    assert place.begun() == 1


def test_the_same_order_of_another_image_is_another_order(place: EcsPlace) -> None:
    """A bot with a new database counts from 1 again."""
    place.release("second")
    bring(place, "second")
    place.release("third")
    again = order(place, "third")
    assert place.backend().look(place.site, again).phase is Phase.UNBEGUN
    place.backend().begin(place.site, again)
    assert place.follow(again).phase is Phase.DONE


def test_what_succeeded_once_is_no_success_when_something_else_runs_by_now(place: EcsPlace) -> None:
    place.release("second")
    wanted = bring(place, "second")
    place.tamper()
    course = place.backend().look(place.site, wanted)
    assert course.phase is Phase.FAILED
    assert "by now" in course.reasons[0]


def test_why_tasks_stopped_is_told_with_what_ecs_says(place: EcsPlace) -> None:
    place.release("broken", broken="exit code 137")
    wanted = order(place, "broken")
    place.backend().begin(place.site, wanted)
    assert place.follow(wanted).reasons == (
        "Service deployment rolled back because the circuit breaker threshold was exceeded.",
        "web: exit code 137; Essential container in task exited",
    )


def test_a_way_back_that_fails_is_a_failure(place: EcsPlace) -> None:
    place.release("broken", broken="exit code 1")
    place.mark("broken", "stuck-1")
    wanted = order(place, "broken")
    place.backend().begin(place.site, wanted)
    assert place.follow(wanted).phase is Phase.FAILED


def test_back_means_as_it_was_configured_then(place: EcsPlace) -> None:
    place.release("second")
    bring(place, "second", 41)
    changed = dict(place.definition())
    web, log = changed["containerDefinitions"]
    web = {**web, "environment": [{"name": "MODE", "value": "broken by hand"}]}
    by_hand = place.ecs.register_task_definition(family=changed["family"], containerDefinitions=[web, log])
    arn = by_hand["taskDefinition"]["taskDefinitionArn"]
    place.ecs.update_service(cluster=place.cluster, service="shop", taskDefinition=arn)
    bring(place, "first", 42, again=True, pace=Pace("all_at_once"))
    assert place.definition()["containerDefinitions"][0]["environment"] == [{"name": "MODE", "value": "live"}]


def test_what_is_not_what_people_were_shown_is_not_begun(place: EcsPlace) -> None:
    place.release("second")
    shown = place.backend().propose(place.site, order(place, "second")).seal
    place.tamper()
    with pytest.raises(CloudRefused, match="not what was shown"):
        place.backend().begin(place.site, order(place, "second", seal=shown))
    assert place.backend().look(place.site, order(place, "second")).phase is Phase.UNBEGUN


def test_what_people_were_shown_is_begun(place: EcsPlace) -> None:
    place.release("second")
    shown = place.backend().propose(place.site, order(place, "second")).seal
    bring(place, "second", seal=shown)


@pytest.mark.parametrize(
    ("config", "what"),
    [
        ({"service": "shop2"}, "has no service shop2"),
        ({"cluster": "elsewhere"}, "Cluster not found"),
        ({"container": "app"}, "has no container app: it has web, log"),
        ({"container": None}, "has several containers, web, log: set `container`"),
    ],
)
def test_what_does_not_exist_is_said(place: EcsPlace, config: dict[str, Any], what: str) -> None:
    place.configure(**config)
    with pytest.raises(CloudRefused, match=what):
        place.backend().standing(place.site)


def test_alarms_and_the_circuit_breaker_are_told_to_ecs(place: EcsPlace) -> None:
    place.configure(alarms=["shop-5xx"])
    place.release("second")
    bring(place, "second")
    told = place.service()["deploymentConfiguration"]
    assert told["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}
    assert told["alarms"] == {"alarmNames": ["shop-5xx"], "enable": True, "rollback": True}


def test_a_canary_is_told_its_share_and_its_pause_and_the_next_release_has_none(place: EcsPlace) -> None:
    place.release("second")
    wanted = order(place, "second", pace=Pace("canary", (25,)))
    place.backend().begin(place.site, wanted)
    told = place.service()["deploymentConfiguration"]
    assert (told["strategy"], told["canaryConfiguration"]["canaryPercent"]) == ("CANARY", 25.0)
    assert [hook["targetType"] for hook in told["lifecycleHooks"]] == ["PAUSE"]
    waiting = place.follow(wanted)
    assert (waiting.phase, waiting.share) == (Phase.WAITING, 25)
    place.backend().go_on(place.site, wanted, 0)
    assert place.follow(wanted).phase is Phase.DONE
    place.release("third")
    bring(place, "third", 42)
    told = place.service()["deploymentConfiguration"]
    assert told["strategy"] == "ROLLING"
    assert "lifecycleHooks" not in told or told["lifecycleHooks"] == []


def test_drift_names_the_definition_that_a_hand_put_there(place: EcsPlace) -> None:
    place.tamper()
    (words,) = place.backend().standing(place.site).drift
    assert words.startswith(f"task definition {place.cluster}-shop:2 was not registered by the bot")


def test_where_service_deployments_are_not_known_the_service_itself_is_followed() -> None:
    """As an emulator says it: no such operation."""
    ours, config = f"{ARN}task-definition/shop:2", Ecs(service="shop", image="ghcr.io/acme/shop")
    primary = {"status": "PRIMARY", "taskDefinition": ours, "rolloutState": "COMPLETED", "runningCount": 4}
    service = {"taskDefinition": ours, "deployments": [{**primary, "desiredCount": 4}]}
    image = f"ghcr.io/acme/shop@{DIGEST}"
    definition = {"taskDefinitionArn": ours, "containerDefinitions": [{"name": "web", "image": image}]}
    said = {"taskDefinition": definition, "tags": [{"key": ORDER, "value": "deploy-41"}]}
    with stubbed() as sessions:
        sessions.tell("ecs", "describe_services", {"services": [service]})
        sessions.tell("ecs", "describe_task_definition", said)
        sessions.tell("ecs", "list_task_definitions", {"taskDefinitionArns": [ours]})
        sessions.tell("ecs", "describe_task_definition", said)
        sessions.refuse("ecs", "list_service_deployments", "UnknownOperationException", "")
        backend = EcsServices(sessions, Registries(sessions))
        site = ManagedSite("shop", "production", "", config)
        course = backend.look(site, ManagedOrder("deploy-41", Release(DIGEST, "1.4.2")))
    assert (course.phase, course.share, course.words) == (Phase.DONE, 100, "4 of 4 tasks run it")


@pytest.mark.parametrize(
    "ask",
    [
        lambda ecs, _, site, order: ecs.standing(site),
        lambda ecs, _, site, order: ecs.begin(site, order),
        lambda ecs, _, site, order: ecs.look(site, order),
        lambda _, tasks, site, order: tasks.start(site, order.id, "migrate"),
    ],
    ids=["standing", "begin", "look", "run"],
)
def test_a_service_that_something_else_deploys_is_refused_in_words(ask: Callable[..., object]) -> None:
    """ECS tells no task definition of one whose deployments are made elsewhere."""
    service = {"serviceName": "shop", "status": "ACTIVE", "deploymentController": {"type": "EXTERNAL"}}
    tasks = {"migrate": {"command": ["migrate"]}}
    config = Ecs.model_validate({"service": "shop", "image": "ghcr.io/acme/shop", "tasks": tasks})
    site, wanted = ManagedSite("shop", "production", "", config), ManagedOrder("deploy-41", Release(DIGEST, "1.4.2"))
    with stubbed() as sessions:
        sessions.tell("ecs", "describe_services", {"services": [service]})
        ecs = EcsServices(sessions, Registries(sessions))
        with pytest.raises(CloudRefused, match="EXTERNAL deploys this service, and the bot only knows"):
            ask(ecs, EcsTasks(sessions), site, wanted)


def test_a_service_that_codedeploy_deploys_says_so_before_a_deploy() -> None:
    service = {"serviceName": "shop", "status": "ACTIVE", "deploymentController": {"type": "CODE_DEPLOY"}}
    assert _trouble(service) == "CODE_DEPLOY deploys this service, and the bot only knows deployments of ECS itself"
