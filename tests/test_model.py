"""What releases are called."""

import pytest

from bot.model import Release

SHA = "4bf1c0de" * 5
DIGEST = "sha256:" + "9f86d081" * 8


@pytest.mark.parametrize(
    ("sha", "ref", "short", "name"),
    [
        (SHA, "1.4.2", "4bf1c0d", "1.4.2"),
        (SHA, SHA, "4bf1c0d", "4bf1c0d"),
        (SHA, "4bf1c0de4b", "4bf1c0d", "4bf1c0d"),
        (DIGEST, "1.4.2", "9f86d0819f86", "1.4.2"),
        (DIGEST, DIGEST, "9f86d0819f86", "9f86d0819f86"),
        (DIGEST, "sha256:9f86d0", "9f86d0819f86", "9f86d0819f86"),
        (DIGEST, "9f86d0819f86d081", "9f86d0819f86", "9f86d0819f86"),
        ("ami-0abcdef1234567890", "golden-7", "ami-0abcdef1234567890", "golden-7"),
        ("ami-0abcdef1234567890", "ami-0abcdef1234567890", "ami-0abcdef1234567890", "ami-0abcdef1234567890"),
    ],
)
def test_a_release_has_a_short_form_and_the_name_that_people_gave_it(sha: str, ref: str, short: str, name: str) -> None:
    release = Release(sha, ref)
    assert (release.short, release.name, str(release)) == (short, name, name)
