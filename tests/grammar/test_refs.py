"""What a release may be called in a command: besides what git allows, an image's digest."""

import pytest

from bot.grammar import DeployTo, RollbackOf, parse_deploy

DIGEST = "sha256:" + "9f86d081" * 8


@pytest.mark.parametrize("ref", [DIGEST, "sha256:9f86d081"])
@pytest.mark.parametrize("form", ["shop@{} to production", "shop {} to production", "shop {} production"])
def test_a_digest_is_a_release(form: str, ref: str) -> None:
    read = parse_deploy(form.format(ref))
    assert read == DeployTo("shop", "production", ref)
    assert parse_deploy(str(read)) == read


def test_a_rollback_names_a_digest_too() -> None:
    wanted = RollbackOf("shop", DIGEST, "production")
    assert parse_deploy(str(wanted)) == wanted


@pytest.mark.parametrize("ref", ["sha256:", "sha256:9f86", "sha256:XYZ86d0", "md5:9f86d081", f"{DIGEST}0"])
def test_nothing_else_with_a_colon_is_one(ref: str) -> None:
    assert not isinstance(parse_deploy(f"shop@{ref} to production"), DeployTo)
