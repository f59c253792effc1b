"""What the step installs in its container, and how it reports a failure."""

import json
import sys
from importlib import metadata
from pathlib import Path

import pytest

from pipeline_defs.steps.download_model import failure, packages
from pipeline_defs.steps.download_model.errors import StepError


def test_packages_of_the_step_are_pinned_and_locked_by_hash() -> None:
    wanted = packages.pins(packages.WANTED)
    locked = packages.LOCKED.read_text()

    assert set(wanted) == {"deflate", "huggingface-hub", "onnxruntime"}
    for name, version in wanted.items():
        assert f"{name}=={version}" in locked
        assert metadata.version(name) == version, "the local cloud runs what AWS runs"
    assert locked.count("==") > len(wanted)
    assert "--hash=sha256:" in locked
    assert "://" not in locked


def test_nothing_is_installed_when_everything_is_there(tmp_path: Path) -> None:
    packages.ensure(tmp_path / "packages", lambda *_: pytest.fail("installed"))

    assert not (tmp_path / "packages").exists()


def test_missing_packages_are_installed_into_their_own_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = tmp_path / "wanted.in"
    wanted.write_text("# why\nabsent-package==1.2  # because\n")
    monkeypatch.setattr(packages, "WANTED", wanted)
    monkeypatch.setattr("sys.path", ["kept"])
    target = tmp_path / "packages"

    def install(requirements: Path, folder: Path) -> None:
        assert requirements == packages.LOCKED
        info = folder / "absent_package-1.2.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(
            "Metadata-Version: 2.1\nName: absent-package\nVersion: 1.2\n"
        )

    assert packages.missing(packages.pins(wanted)) == ["absent-package==1.2"]
    packages.ensure(target, install)

    assert sys.path == [str(target), "kept"]
    assert packages.missing(packages.pins(wanted)) == []


def test_installation_that_brings_nothing_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = tmp_path / "wanted.in"
    wanted.write_text("absent-package==1.2\n")
    monkeypatch.setattr(packages, "WANTED", wanted)
    monkeypatch.setattr("sys.path", [])

    with pytest.raises(StepError, match=r"still missing .*absent-package==1\.2"):
        packages.ensure(tmp_path, lambda *_: None)


def test_pip_failure_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = tmp_path / "wanted.in"
    wanted.write_text("absent-package==1.2\n")
    locked = tmp_path / "locked.txt"
    locked.write_text("absent-package==1.2\n")  # no hash: pip refuses before it asks any index
    monkeypatch.setattr(packages, "WANTED", wanted)
    monkeypatch.setattr(packages, "LOCKED", locked)

    with pytest.raises(StepError, match=r"cannot install the step's packages: .*; check that"):
        packages.ensure(tmp_path / "target")


def test_failure_goes_to_the_exit_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    failure.report("é" * 1000, tmp_path / "output" / "message")

    assert (tmp_path / "output" / "message").read_text() == "é" * 512
    assert json.loads(capsys.readouterr().err)["message"] == "é" * 1000
