"""What the engine writes into the audit: each act with who, what, why, before and after, in the act's transaction."""

import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.engine.audit import Audit, export_file, verify_file
from bot.model import Step, Target
from bot.plan.audit import Broken, Sound, Why
from bot.records import Act, Deploy
from bot.refusals import Refusal
from bot.secrecy import Secrets
from bot.state.database import Database
from bot.state.schema import apply_all
from bot.trail import EMPTY, GENESIS, THE_BOT, AuditRow, Head, What
from tests.building import TARGET, release
from tests.engine.line import Line
from tests.engine.watching import HandClock, World
from tests.waiting import eventually

OLD, NEW, BAD = (f"{ref} {release(ref).sha}" for ref in ("1.4.1", "1.4.2", "1.5.0"))
PLACE = str(TARGET)
NAMES = ("who", "what", "subject", "target", "why", "before", "after")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    made = Database(tmp_path / "state.db")
    apply_all(made)
    yield made
    made.close()


def rows(db: Database) -> list[tuple[object, ...]]:
    """Oldest first."""
    return [tuple(row.fields[name] for name in NAMES) for row in reversed(Audit(db, HandClock()).newest(99))]


def whats(line: Line) -> list[object]:
    return [row[1] for row in rows(line.db)]


def sound(path: Path) -> int:
    found = verify_file(path)
    assert isinstance(found, Sound), found
    return found.count


def test_a_row_holds_what_was_noted_and_when(db: Database) -> None:
    clock = HandClock()
    noted = Audit(db, clock).note("U0ANA", What.CLICK, "press 7", TARGET, "because", "red", "green")
    assert noted.fields == {
        "id": 1,
        "at": clock.now().isoformat(timespec="microseconds"),
        "who": "U0ANA",
        "what": "click",
        "subject": "press 7",
        "target": PLACE,
        "why": "because",
        "before": "red",
        "after": "green",
    }
    assert Audit(db, clock).newest(5) == [noted]


def test_what_is_not_said_is_empty(db: Database) -> None:
    assert set(Audit(db, HandClock()).note("U0ANA", What.CLICK).fields.values()) > {"U0ANA", "click", ""}


@pytest.mark.parametrize("field", ["who", "subject", "why", "before", "after"])
def test_no_field_keeps_a_secret_or_endless_text(db: Database, field: str) -> None:
    texts = {"who": "U0ANA", field: "my-own-secret xoxb-12-ab " + "x" * 900}
    noted = Audit(db, HandClock(), Secrets(["my-own-secret"])).note(texts.pop("who"), What.CLICK, **texts)  # type: ignore[arg-type]
    kept = str(noted.fields[field])
    assert kept.startswith("*** … xxx")
    assert len(kept) == 500


def test_a_long_service_and_environment_are_cut_too(db: Database) -> None:
    noted = Audit(db, HandClock()).note("U0ANA", What.CLICK, target=Target("s" * 600, "production"))
    assert len(str(noted.fields["target"])) == 500


def test_a_deploy_is_a_row_when_it_begins_and_one_when_it_ends(standing: Line) -> None:
    standing.deploy("1.4.2", user="U0BEN")
    assert rows(standing.db)[-2:] == [
        ("U0BEN", "deploy.begun", "deploy 2", PLACE, "", OLD, NEW),
        (THE_BOT, "deploy.ended", "deploy 2", PLACE, "", "running", "succeeded"),
    ]
    assert sound(standing.db.path) == 4


def test_the_first_deploy_had_nothing_before(line: Line) -> None:
    line.deploy("1.4.1")
    assert rows(line.db)[0] == ("U0ANA", "deploy.begun", "deploy 1", PLACE, "", "", OLD)


def test_a_failed_deploy_says_why_and_that_the_bot_went_back_by_itself(standing: Line) -> None:
    standing.apps.sick.add(release("1.5.0").sha)
    standing.deploy("1.5.0")
    begun, back, ended = rows(standing.db)[2:5]
    why = back[4]
    assert begun[1] == "deploy.begun"
    assert str(why).startswith("Batch 1 of 3: web1: answered 503")
    old, bad = release("1.4.1").sha, release("1.5.0").sha
    assert back == (THE_BOT, "rollback.automatic", "deploy 2", PLACE, why, bad, f"{old} on web1")
    assert ended == (THE_BOT, "deploy.ended", "deploy 2", PLACE, why, "running", "rolled_back")


def test_a_rollback_that_is_begun_twice_is_one_row(standing: Line) -> None:
    """As after a crash within its step."""
    standing.apps.sick.add(release("1.5.0").sha)
    deploy = standing.deploy("1.5.0")
    back = standing.rollout._back
    back.run(deploy.id, {release("1.4.1").sha: ["web1"]})
    assert whats(standing).count("rollback.automatic") == 1


def test_a_deploy_that_does_not_begin_leaves_no_row_of_one(standing: Line) -> None:
    gate = standing.backend.hang("web1", Step.INSTALL)
    first = standing.begin("1.4.2")
    before = rows(standing.db)
    assert isinstance(standing.ask("1.5.0", user="U0BEN"), Refusal)
    assert rows(standing.db) == before
    gate.set()
    standing.ended(first.id)


def test_an_abort_is_a_row_of_who_asked_for_it_once(standing: Line) -> None:
    standing.backend.hang("web1", Step.TEST)
    deploy = standing.begin("1.4.2")
    eventually(lambda: standing.view(deploy).hosts[0].step is Step.TEST, timeout=60)
    assert isinstance(standing.moves.abort("U0BEN", str(deploy.id)), Deploy)
    assert isinstance(standing.moves.abort("U0CID", str(deploy.id)), Refusal)
    standing.ended(deploy.id)
    found = [row for row in rows(standing.db) if row[1] == "deploy.aborted"]
    assert found == [("U0BEN", "deploy.aborted", f"deploy {deploy.id}", PLACE, "", "running", "")]


def test_a_restart_is_a_row_when_it_begins_and_one_when_it_ends(standing: Line) -> None:
    incident = standing.outage("web1").incident.id
    act = standing.act_desk.ask_restart("U0CID", str(incident))
    assert isinstance(act, Act)
    standing.act_ended(act.id)
    assert rows(standing.db)[-2:] == [
        ("U0CID", "restart.begun", "restart 1", PLACE, f"incident {incident}", "", "web1"),
        (THE_BOT, "restart.ended", "restart 1", PLACE, "restarted web1", "running", "succeeded"),
    ]


def test_a_rollback_from_an_alert_says_which(standing: Line) -> None:
    standing.deploy("1.4.2")
    incident = standing.outage().incident.id
    begun = standing.desk.ask_rollback("U0CID", str(incident))
    assert isinstance(begun, Deploy)
    standing.ended(begun.id)
    row = next(row for row in rows(standing.db) if row[1] == "rollback.begun")
    assert row == ("U0CID", "rollback.begun", "deploy 3", PLACE, f"incident {incident}", NEW, OLD)


def test_an_outage_is_one_row_down_and_one_up(tmp_path: Path) -> None:
    world = World(tmp_path / "state.db")
    world.settle()
    world.fail()
    world.rounds(4)
    world.mend()
    world.rounds(3)
    down, up = rows(world.db)
    assert down[:4] == (THE_BOT, "incident.opened", down[2], PLACE)
    assert str(down[2]).startswith("incident 1 ")
    assert down[4:] == (up[4], "up", "down")
    assert up[:3] == (THE_BOT, "incident.ended", down[2])
    assert up[5:] == ("down", "up")
    world.close()


def test_the_export_is_enough_to_verify_by_hand(standing: Line) -> None:
    """As docs/operating.md says, with nothing of ours but the lines."""
    standing.deploy("1.4.2")
    previous = GENESIS
    lines = [json.loads(line) for line in export_file(standing.db.path)]
    assert [line["id"] for line in lines] == [1, 2, 3, 4]
    for line in lines:
        fields = {name: value for name, value in line.items() if name not in ("previous", "hash")}
        text = json.dumps(fields, sort_keys=True, separators=(",", ":"))
        assert line["previous"] == previous
        assert line["hash"] == hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()
        previous = line["hash"]
    assert verify_file(standing.db.path) == Sound(Head(4, previous))


def test_an_earlier_head_is_still_there_later(standing: Line) -> None:
    early = verify_file(standing.db.path)
    assert isinstance(early, Sound)
    standing.deploy("1.4.2")
    assert isinstance(verify_file(standing.db.path, early.head), Sound)
    wrong = Head(early.count, "0" * 64)
    assert verify_file(standing.db.path, wrong) == Broken(early.count, Why.REWRITTEN)


def test_a_restart_of_the_bot_goes_on_with_the_same_chain(standing: Line) -> None:
    standing.deploy("1.4.2")
    standing.stop()
    standing.start()
    standing.launch()
    standing.deploy("1.4.1")
    assert sound(standing.db.path) == 6


def test_nothing_noted_is_sound_and_exports_nothing(db: Database) -> None:
    assert verify_file(db.path) == Sound(EMPTY)
    assert list(export_file(db.path)) == []


def test_time_is_kept_to_the_microsecond_in_utc(db: Database) -> None:
    clock = HandClock()
    clock.sleep(timedelta(microseconds=7))
    noted: AuditRow = Audit(db, clock).note("U0ANA", What.CLICK)
    assert str(noted.fields["at"]).endswith("00:00.000007+00:00")
