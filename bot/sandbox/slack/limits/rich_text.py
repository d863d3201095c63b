"""Rich text: sections, lists, quotes, code, and the inline elements in them."""

from bot.sandbox.slack.limits.rules import URL, Check, Shape, boolean, by_type, items, number, one_of, string

STYLE = Shape(
    dict.fromkeys(("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"), boolean)
)
_KIND: dict[str, Check] = {"type": string(), "style": STYLE}


def _inline(fields: dict[str, Check], *required: str) -> Shape:
    return Shape(_KIND | fields, required)


INLINE: dict[str, Check] = {
    "text": _inline({"text": string(least=1)}, "text"),
    "link": _inline({"url": string(3000, least=1), "text": string(), "unsafe": boolean}, "url"),
    "emoji": _inline({"name": string(least=1), "unicode": string(), "skin_tone": number(1, 6)}, "name"),
    "user": _inline({"user_id": string(least=1)}, "user_id"),
    "usergroup": _inline({"usergroup_id": string(least=1)}, "usergroup_id"),
    "channel": _inline({"channel_id": string(least=1)}, "channel_id"),
    "team": _inline({"team_id": string(least=1)}, "team_id"),
    "broadcast": _inline({"range": one_of("here", "channel", "everyone")}, "range"),
    "color": _inline({"value": string(least=1)}, "value"),
    "date": _inline(
        {"timestamp": number(0, whole=True), "format": string(least=1), "url": URL, "fallback": string()},
        "timestamp",
        "format",
    ),
}
_RUN = items(by_type(INLINE))
_SECTION = Shape({"type": string(), "elements": _RUN}, ("elements",))
_BORDER = number(0, 1, whole=True)
PARTS: dict[str, Check] = {
    "rich_text_section": _SECTION,
    "rich_text_list": Shape(
        {
            "type": string(),
            "elements": items(by_type({"rich_text_section": _SECTION}), least=1),
            "style": one_of("bullet", "ordered"),
            "indent": number(0, 8, whole=True),
            "offset": number(0, whole=True),
            "border": _BORDER,
        },
        ("elements", "style"),
    ),
    "rich_text_preformatted": Shape(
        {
            "type": string(),
            "elements": items(by_type(INLINE, frozenset({"text", "link"}))),
            "border": _BORDER,
            "language": string(),
        },
        ("elements",),
    ),
    "rich_text_quote": Shape({"type": string(), "elements": _RUN, "border": _BORDER}, ("elements",)),
}
RICH_TEXT = Shape(
    {"type": one_of("rich_text"), "block_id": string(255), "elements": items(by_type(PARTS), least=1)},
    ("type", "elements"),
)
