"""Programs that some tests drive and a machine may lack."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

SYSTEM = "/usr/local/sbin:/usr/sbin:/sbin"  # where sshd is, and a person's PATH often is not


def need(*names: str) -> str:
    """The path of the first of these programs that is here.

    Without any the test is skipped; under CI=true, where `.ci/run` has installed them all, it fails.
    """
    path = f"{os.environ.get('PATH', '')}:{SYSTEM}"
    found = [program for name in names if (program := shutil.which(name, path=path))]
    return found[0] if found else missing(f"{' or '.join(names)} is not installed")


def need_file(path: Path, how: str) -> Path:
    """The same for a file that `.ci/run` provides; `how` tells a person how to get it."""
    if not path.exists():
        missing(f"{path} is missing: {how}")
    return path


def missing(reason: str) -> NoReturn:
    """Skips the running test here, fails it under CI=true."""
    if os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
