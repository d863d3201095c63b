"""A number with what it counts, as every text for people says it. Pure."""


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 host`, `4 hosts`, `1,234 batches`; `plural` for nouns that go their own way, or with a verb behind them."""
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {plural or _plural(noun)}"


def _plural(noun: str) -> str:
    if noun.endswith(("s", "x", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "s"
