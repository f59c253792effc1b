"""The committed definitions, and the command that writes and checks them."""

import json
import shutil
from pathlib import Path

import pytest
import yaml

from catalogue import DEFAULT_PATH, Model
from pipeline_defs import __main__ as command, definitions_folder
from pipeline_defs.definitions_folder import FOLDER
from pipeline_defs.placeholders import TemplateError, templated


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "definitions"))


def test_committed_definitions_are_up_to_date(
    models: dict[str, Model], definitions: dict[str, str]
) -> None:
    basis = {definitions_folder.BASIS: definitions_folder.basis(models)}
    stale = definitions_folder.stale(definitions | basis)

    assert not stale, f"{', '.join(map(str, stale))}: stale; run `make pipelines`"


def test_stale_names_changed_missing_and_left_over_files(folder: Path) -> None:
    definitions = {path.stem: path.read_text() for path in folder.glob("*.json")}
    assert definitions_folder.stale(definitions, folder) == []

    (folder / "depth.json").write_text("{}")
    (folder / "tts.json").unlink()
    (folder / "withdrawn.json").write_text("{}")

    stale = definitions_folder.stale(definitions, folder)
    assert [path.name for path in stale] == ["depth.json", "tts.json", "withdrawn.json"]
    assert definitions_folder.write(definitions, folder) == stale
    assert {path.stem: path.read_text() for path in folder.iterdir()} == definitions


def test_command_checks_then_writes(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    catalogue = yaml.safe_load(DEFAULT_PATH.read_text())
    only = tmp_path / "models.yaml"
    only.write_text(yaml.safe_dump({"models": {"vocoder": catalogue["models"]["vocoder"]}}))
    options = ["--catalogue", str(only), "--folder", str(folder)]
    (folder / "vocoder.json").write_text("{}")

    assert command.main([*options, "--check"]) == 1
    message = capsys.readouterr().err
    assert f"{folder / 'vocoder.json'}: stale; run `make pipelines` and commit" in message
    assert (folder / "vocoder.json").read_text() == "{}"

    assert command.main(options) == 0
    assert sorted(path.name for path in folder.iterdir()) == ["_inputs.json", "vocoder.json"]
    assert (folder / "vocoder.json").read_text() == (FOLDER / "vocoder.json").read_text()
    assert command.main([*options, "--check"]) == 0


def test_command_explains_a_faulty_catalogue(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "models.yaml"
    broken.write_text("models: {depth: {licence: MIT}}")

    assert command.main(["--catalogue", str(broken)]) == 1
    assert "models.depth.repository: missing" in capsys.readouterr().err


@pytest.mark.parametrize("foreign", ["${bucket}", "%{ if x }", "${role_arn"])
def test_what_terraform_would_misread_is_refused(foreign: str) -> None:
    with pytest.raises(TemplateError, match="templatefile"):
        templated(json.dumps({"a": foreign, "b": "${revision}"}))
