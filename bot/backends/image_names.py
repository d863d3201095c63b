"""What images are called. Nothing is called here."""

import re
from collections.abc import Sequence

from rapidfuzz import process

WHOLE = re.compile(r"sha256:[0-9a-f]{64}")
NEAR_ENOUGH = 60  # of 100, rapidfuzz' weighted ratio


def whole(digest: str) -> bool:
    """Whether it names exactly one image, and not those whose digest begins so."""
    return WHOLE.fullmatch(digest) is not None


def near(ref: str, tags: Sequence[str]) -> tuple[str, ...]:
    """Tags that may have been meant, the likeliest first."""
    return tuple(match for match, _, _ in process.extract(ref, list(tags), limit=3, score_cutoff=NEAR_ENOUGH))
