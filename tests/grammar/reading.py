"""What the tests of the grammar share."""

from bot.grammar import Misread


def misread(found: object) -> Misread:
    """The misreading that was expected."""
    assert isinstance(found, Misread), found
    return found
