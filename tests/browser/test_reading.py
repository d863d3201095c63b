"""The page's readers: mrkdwn, markdown, dates, completion, scales. Pure functions, called in the browser."""

from typing import Any

import pytest

from tests.browser.window import Window

# A short way to write the tree: text as itself, a styled part as "bold(…)", a mention as "user:U1".
FOLD = """(function fold(parts) { return parts.map((p) => p.type === "text" ? p.text
  : p.type === "link" ? `link(${p.url} ${fold(p.parts)})` : p.parts ? `${p.type}(${fold(p.parts)})`
  : `${p.type}:${p.id ?? p.name ?? p.ts}`).join("|"); })"""


def test_sure_the_reader_folds_what_it_reads(library: Window) -> None:
    assert library.module("mrkdwn.js", f'{FOLD}(m.parseInline("a *b*"))') == "a |bold(b)"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("*bold* _italic_ ~gone~ `code`", "bold(bold)| |italic(italic)| |strike(gone)| |code(code)"),
        ("*bold _both_*", "bold(bold |italic(both))"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("a_b_c and x*y*z", "a_b_c and x*y*z"),
        ("* not*", "* not*"),
        ("*open", "*open"),
        ("*a*, *b*.", "bold(a)|, |bold(b)|."),
        ("`*no*`", "code(*no*)"),
        ("`<@U1>`", "code(user:U1)"),
        ("*<https://x.example/a*b|l>*", "bold(link(https://x.example/a*b l))"),
        ("<@U1> <@U2|ben> <#C1|deploys> <!subteam^S1|@leads>", "user:U1| |user:U2| |channel:C1| |group:S1"),
        ("<!here> <!channel>", "range:here| |range:channel"),
        ("<!date^1763679600^{date}|then>", "date:1763679600"),
        ("<https://x.example/?a=1&amp;b=2|see *it*>", "link(https://x.example/?a=1&b=2 see |bold(it))"),
        ("<mailto:a@b.example|write>", "link(mailto:a@b.example write)"),
        ("see https://x.example/a_b_c.", "see |link(https://x.example/a_b_c https://x.example/a_b_c)|."),
        ("&lt;@U1&gt; &amp;amp;", "<@U1> &amp;"),
        ("<b>x</b>", "<b>x</b>"),
        ("a < b > c", "a < b > c"),
        (":rocket: at 14:02:11", "emoji:rocket| at 14|emoji:02|11"),
        ("✓ ◐ ○ ● ▲", "✓ ◐ ○ ● ▲"),
        ("", ""),
    ],
)
def test_mrkdwn_is_read_as_slack_reads_it(library: Window, text: str, read: str) -> None:
    assert library.module("mrkdwn.js", f"{FOLD}(m.parseInline(a[0]))", text) == read


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("one\ntwo", ["line", "line"]),
        ("> one\n> two\nthree", ["quote", "line"]),
        ("&gt; escaped", ["quote"]),
        ("• a\n  ◦ b\n1. c", ["item", "item", "item"]),
        ("see:\n```code\nmore```\nafter", ["line", "pre", "line"]),
        ("```never closed", ["line"]),
        ("```a``` ```b```", ["pre", "line", "pre"]),
        ("", []),
    ],
)
def test_lines_become_blocks(library: Window, text: str, kinds: list[str]) -> None:
    assert library.module("mrkdwn.js", "m.parseBlocks(a[0]).map((b) => b.type)", text) == kinds


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("# Title\n\ntext\nmore", ["heading", "para"]),
        ("- a\n- b\n\n1. c", ["list", "list"]),
        ("> quoted\n> more", ["quote"]),
        ("```python\n# no heading\n```", ["pre"]),
        ("a | b\n--|--:\n1 | 2", ["table"]),
        ("a | b\nno table", ["para"]),
        ("---\ntext", ["rule", "para"]),
        ("~~~\nopen", ["pre"]),
    ],
)
def test_markdown_is_read_as_blocks(library: Window, text: str, kinds: list[str]) -> None:
    assert library.module("markdown.js", "m.parseMarkdown(a[0]).map((b) => b.type)", text) == kinds


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("**b** *i* __b__ _i_ ~~s~~ `c`", "bold(b)| |italic(i)| |bold(b)| |italic(i)| |strike(s)| |code(c)"),
        ("[label](https://x.example)", "link(https://x.example label)"),
        ("snake_case_name", "snake_case_name"),
        (r"\*plain\*", "*plain*"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("``a`b``", "code(a`b)"),
        ("**open", "**open"),
    ],
)
def test_markdown_spans(library: Window, text: str, read: str) -> None:
    assert library.module("markdown.js", f"{FOLD}(m.parseSpans(a[0]))", text) == read


NOON = 1_763_726_400  # 2025-11-21 12:00 UTC


@pytest.mark.parametrize(
    ("zone", "pattern", "shown"),
    [
        ("UTC", "{date_num}", "11/21/2025"),
        ("UTC", "{date} at {time}", "November 21, 2025 at 12:00"),
        ("Asia/Tokyo", "{date_short} {time_secs}", "Nov 21, 2025 21:00:00"),
        ("Pacific/Auckland", "{date_long}", "Saturday, November 22, 2025"),
        ("UTC", "{unknown}", None),
        ("UTC", "no token", "no token"),
    ],
)
def test_dates_are_said_in_the_readers_zone(library: Window, zone: str, pattern: str, shown: str | None) -> None:
    library.driver.execute_cdp_cmd("Emulation.setTimezoneOverride", {"timezoneId": zone})
    library.reload()
    said = library.module("time.js", "m.fillDate(a[0], a[1])", NOON, pattern)
    library.driver.execute_cdp_cmd("Emulation.setTimezoneOverride", {"timezoneId": ""})
    library.reload()
    assert said == shown


@pytest.mark.parametrize("ts", ["", "soon", "-1", None])
def test_a_date_that_is_none_leaves_its_fallback(library: Window, ts: Any) -> None:
    assert library.module("time.js", "m.fillDate(a[0], '{date}')", ts) is None


def test_today_and_yesterday_go_by_the_calendar_not_by_hours(library: Window) -> None:
    late = "new Date(2025, 2, 30, 23)"
    script = f"[-1, 0, 1].map((d) => m.daysFromToday(new Date(2025, 2, 30 + d, 1) / 1000, {late}))"
    assert library.module("time.js", script) == [-1, 0, 1]


@pytest.mark.parametrize(
    ("low", "high", "marks"),
    [
        (0, 100, [0, 25, 50, 75, 100]),
        (41, 83, [0, 25, 50, 75, 100]),
        (0, 0.12, [0, 0.05, 0.1, 0.15]),
        (-6, 15, [-10, 0, 10, 20]),
        (0, 0, [0, 0.25, 0.5, 0.75, 1]),
    ],
)
def test_axes_have_round_marks_that_hold_every_value(
    library: Window, low: float, high: float, marks: list[float]
) -> None:
    assert library.module("blocks/scale.js", "m.ticks(a[0], a[1])", low, high) == marks


@pytest.mark.parametrize(
    ("list_", "message", "order"),
    [
        ([], "2", ["2"]),
        (["1", "3"], "2", ["1", "2", "3"]),
        (["1", "2"], "2", ["1", "2"]),
        (["2"], "1", ["1", "2"]),
    ],
)
def test_messages_stand_by_ts_and_once(library: Window, list_: list[str], message: str, order: list[str]) -> None:
    script = "m.upsert(a[0].map((ts) => ({ts})), {ts: a[1]}).map((x) => x.ts)"
    assert library.module("feed.js", script, list_, message) == order
