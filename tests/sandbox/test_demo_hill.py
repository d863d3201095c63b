from pathlib import Path

import pytest

from bot.sandbox.demo import begin_hill


def test_a_hill_needs_a_demo_that_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert begin_hill(tmp_path) == 1
    assert "`make demo` starts one" in capsys.readouterr().err
    assert not (tmp_path / "state").exists()
