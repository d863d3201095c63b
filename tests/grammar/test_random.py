"""Whatever is typed: no error, no name that was not typed, and what is printed is read as the same."""

import re
from datetime import timedelta
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from bot.grammar import (
    ARROWS,
    NAME,
    STRATEGIES,
    AbortOf,
    AckOf,
    ChecksOf,
    CloseOf,
    DeployTo,
    FreezeOf,
    HistoryOf,
    IncidentsNow,
    LockOf,
    Misread,
    PlanOf,
    PromoteTo,
    RollbackOf,
    SilenceOf,
    StatusOf,
    UnfreezeOf,
    UnlockOf,
    UnsilenceOf,
    Until,
    parse_deploy,
    parse_status,
    ref_trouble,
)

NAMES = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,39}", fullmatch=True).filter(lambda name: name not in (*ARROWS, "all"))
SERVICES = NAMES.filter(lambda name: not name.isdigit())
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\u200b\u2060\ufeff]")
DASHES = "–—‐‑−―"
REFS = st.text(st.characters(exclude_characters=DASHES), min_size=1, max_size=60).filter(
    lambda ref: not ref_trouble(ref)
)
HOSTS = st.lists(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,15}", fullmatch=True), max_size=4, unique=True).map(tuple)
REASONS = st.text(st.sampled_from("ab  \\\"“”‘'!-—,=/é&<>\t\n"), max_size=30) | st.text(max_size=60)
DEPLOYS = st.builds(
    DeployTo,
    service=NAMES,
    environment=NAMES,
    ref=st.none() | REFS,
    hosts=HOSTS,
    force=st.none() | st.just("") | st.just('say "now" \\ twice'),
    strategy=st.none() | st.sampled_from(STRATEGIES),
    now=st.booleans(),
    wait=st.booleans(),
)
MAYBE = st.none() | NAMES
LEASES = st.none() | st.integers(1, 9999).map(lambda minutes: timedelta(minutes=minutes))
ENDS = st.builds(
    Until,
    day=st.sampled_from(["Mon", "Sun", "2026-11-23"]) | st.dates().map(str),
    time=st.sampled_from(["", "08:00", "23:59"]),
    zone=st.sampled_from(["", "UTC", "Europe/Madrid", "Etc/GMT+1"]),
)
VERBS = st.one_of(
    DEPLOYS.map(PlanOf),
    st.builds(RollbackOf, SERVICES, st.none() | REFS, MAYBE).map(PlanOf),
    st.builds(PromoteTo, SERVICES, MAYBE).map(PlanOf),
    st.builds(RollbackOf, SERVICES, st.none() | REFS, MAYBE),
    st.builds(PromoteTo, SERVICES, MAYBE),
    st.builds(AbortOf, deploy=st.integers(0, 10**17)),
    st.builds(AbortOf, service=SERVICES, environment=MAYBE),
    st.builds(HistoryOf, SERVICES, MAYBE),
    st.builds(HistoryOf, deploy=st.integers(0, 10**17)),
    st.builds(LockOf, SERVICES, st.just("it's “so”"), MAYBE, LEASES, st.none() | REFS),
    st.builds(UnlockOf, SERVICES, MAYBE),
    st.builds(FreezeOf, NAMES, st.just("why"), st.none() | ENDS),
    st.builds(UnfreezeOf, NAMES),
)
SILENCES = st.one_of(
    st.builds(SilenceOf, SERVICES, LEASES.filter(bool), st.just("it's “so”"), MAYBE),
    st.builds(UnsilenceOf, SERVICES, MAYBE),
    st.builds(ChecksOf, SERVICES),
    st.just(IncidentsNow()),
    st.builds(AckOf, st.integers(0, 10**17)),
    st.builds(CloseOf, st.integers(0, 10**17), st.just("it's “so”")),
)
TYPED = """
shop Shop shop@1 shop/x shop@ @ / to TO in on for until 2h Mon 08:00 production production/web1 production/web1,
web2 ,web2 help status history plan rollback promote abort lock unlock locks freeze unfreeze silence unsilence silences
all checks incidents ack close 42 #42 --force
—force --force= --now --wait --hosts --hosts=web1 --strategy canary --x -- - — ! production! " “ ” ' ‘ "why" “why”
'why' "why"! \\ ` $(id) <@U1> \u200b
"""
PIECES = st.sampled_from(TYPED.split())
TEXTS = st.one_of(
    st.text(max_size=1200),
    st.lists(PIECES, max_size=9).map(" ".join),
    st.lists(PIECES | st.just(" "), max_size=12).map("".join),
    st.tuples(st.sampled_from(["lock", "freeze", "silence", "plan", "rollback", "shop to"]), st.text(max_size=40)).map(
        " ".join
    ),
)


def typed(text: str) -> str:
    """What was typed, its dashes as the grammar has them."""
    for dash in DASHES:
        text = text.replace(dash, "--" if dash in "—―" else "-")
    return re.sub("[\u200b\u2060\ufeff]", "", text).lower()


@given(TEXTS)
@example("\ud800 to \ud800")
@example('lock shop "' + "\\" * 900 + '"')
@example('shop to production --force "' + "“" * 900 + '"')
@example("shop@" + "—" * 190 + " to production")
def test_no_text_makes_it_raise_and_what_is_printed_is_read_as_the_same(text: str) -> None:
    seen = parse_status(text)
    if not isinstance(seen, Misread | StatusOf):
        assert parse_status(str(seen)) == seen
    command = parse_deploy(text)
    if isinstance(command, Misread):
        assert command.what
        assert command.usage.startswith("/deploy")
    elif str(command) != "help":
        assert parse_deploy(str(command)) == command


@given(TEXTS)
def test_no_name_comes_out_that_was_not_typed(text: str) -> None:
    command = parse_deploy(text)
    parts: Any = command.of if isinstance(command, PlanOf) else command
    for attribute in ("environment", "service"):
        name = getattr(parts, attribute, None)
        if name is not None:
            assert NAME.fullmatch(name)
            assert re.search(rf"(?<![a-z0-9._-]){re.escape(name)}(?![a-z0-9._-])", typed(text))
    for host in getattr(parts, "hosts", ()):
        assert host.lower() in typed(text)
    ref = getattr(parts, "ref", None)
    assert ref is None or (not ref_trouble(ref) and ref.lower() in typed(text))


@given(TEXTS)
def test_nothing_is_forced_that_was_not_said_to_be(text: str) -> None:
    command = parse_deploy(text)
    if isinstance(command, DeployTo) and command.force is not None:
        assert "force" in typed(text) or typed(text).rstrip().endswith("!")


@given(DEPLOYS | VERBS)
def test_what_a_command_prints_is_read_as_the_same_command(command: object) -> None:
    assert parse_deploy(str(command)) == command


@given(SILENCES)
def test_what_a_silence_prints_is_read_as_the_same_silence(command: object) -> None:
    assert parse_status(str(command)) == command


@given(REASONS)
def test_a_reason_survives_being_printed(text: str) -> None:
    clean = " ".join(UNSEEN.sub(" ", text).split())
    wanted = DeployTo("shop", "production", force=clean)
    assert parse_deploy(str(wanted)) == wanted


@given(NAMES, NAMES, REFS, st.sampled_from(sorted(ARROWS)), st.sampled_from([" ", "  ", "\t", " \u00a0 "]))
def test_dialect_spaces_and_the_case_of_its_words_change_nothing(
    service: str, environment: str, ref: str, arrow: str, space: str
) -> None:
    wanted = DeployTo(service, environment, ref)
    for sign in "@/":
        text = f"{space}{service}{sign}{ref}{space}{arrow.upper()}{space}{environment.upper()}{space}"
        assert parse_deploy(text) == wanted


@given(SERVICES.map("svc-{}".format), NAMES)
def test_two_names_without_a_word_between_them_are_never_a_deploy(service: str, environment: str) -> None:
    assert isinstance(parse_deploy(f"{service} {environment}"), Misread)
