from hypothesis import given
from hypothesis import strategies as st

from bot.grammar import ARROWS, NAME, DeployTo, HistoryOf, Misread, StatusOf, parse_deploy, parse_status

NAMES = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,39}", fullmatch=True)
REFS = st.text(st.characters(exclude_categories=("Cs", "Z", "C"), exclude_characters="“”‘’–—"), min_size=1, max_size=80)
WORDS = st.sampled_from(
    ["shop", "Shop", "shop@1", "@", "to", "in", "production", "help", "status", "history", "—", "`"]
)


@given(st.one_of(st.text(max_size=1200), st.lists(WORDS, max_size=6).map(" ".join)))
def test_no_text_makes_it_raise_and_none_makes_it_invent_a_name(text: str) -> None:
    typed = text.lower().replace("–", "-").replace("—", "--").replace("\u200b", "")
    for command in (parse_deploy(text), parse_status(text)):
        match command:
            case DeployTo(service, environment, ref):
                assert service in typed
                assert environment in typed
                assert ref is None or ref.lower() in typed.lower() or not text.isascii()
            case StatusOf(str(service)) | HistoryOf(service):
                assert service in typed
            case Misread(what, usage):
                assert what
                assert usage.startswith("/")


@given(st.text(max_size=200))
def test_a_name_is_only_ever_a_name(text: str) -> None:
    command = parse_deploy(text)
    if isinstance(command, DeployTo):
        assert NAME.fullmatch(command.service)
        assert NAME.fullmatch(command.environment)


@given(NAMES, NAMES, st.none() | REFS)
def test_what_a_deploy_prints_is_read_as_the_same_deploy(service: str, environment: str, ref: str | None) -> None:
    wanted = DeployTo(service, environment, ref)
    assert parse_deploy(str(wanted)) == wanted


@given(NAMES, NAMES, REFS, st.sampled_from(sorted(ARROWS)), st.sampled_from([" ", "  ", "\t", " \u00a0 "]))
def test_spaces_and_the_case_of_its_words_change_nothing(
    service: str, environment: str, ref: str, arrow: str, space: str
) -> None:
    wanted = DeployTo(service, environment, ref)
    assert parse_deploy(f"{space}{service}@{ref}{space}{arrow.upper()}{space}{environment.upper()}{space}") == wanted


@given(NAMES, NAMES)
def test_two_names_without_a_word_between_them_are_never_a_deploy(service: str, environment: str) -> None:
    assert not isinstance(parse_deploy(f"{service} {environment}"), DeployTo)
