"""The packer's command line against a gated hub."""

from __future__ import annotations

import hashlib
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from navigation_model.pack import pack
from navigation_model.packer import server
from navigation_model.packer.light import LIGHT_CODE, LIGHT_MODEL, pack_light_release
from tests.fakes.gated_hub import ACCEPTED, COMMIT, NARROW, NOT_ACCEPTED, GatedHub, serving

FILES = {
    "config.json": b"{}",
    "model.safetensors": b"weights",
    "preprocessor_config.json": b"{}",
    "tokenizer.json": b"{}",
    "tokenizer.model": b"pieces",
    ".gitattributes": b"not packed",
    "README.md": b"not packed",
    "pytorch_model.bin": b"not packed",
}


@pytest.fixture
def hub() -> Iterator[GatedHub]:
    with serving(GatedHub(FILES, branches=("main", "bfloat16"))) as served:
        yield served


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "navigation" / "model.tar.gz"


def _run(output: Path, hub: GatedHub | None, token: str, *options: str) -> Result:
    application = typer.Typer()
    application.command()(pack)
    environment = {"SOME_TOKEN": token, "HF_ENDPOINT": hub.url if hub else ""}
    arguments = ["--output", str(output), "--token-env", "SOME_TOKEN", *options]
    return CliRunner().invoke(application, arguments, env=environment)


def test_a_revision_is_downloaded_and_packed(hub: GatedHub, output: Path) -> None:
    result = _run(output, hub, ACCEPTED, "--revision", COMMIT)
    assert result.exit_code == 0, result.output
    content = output.read_bytes()
    assert hashlib.sha256(content).hexdigest() in result.output
    assert str(len(content)) in result.output
    with tarfile.open(output) as archive:
        names = [name for name in archive.getnames() if not name.startswith("code/")]
        weights = archive.extractfile("model.safetensors")
        assert weights is not None
        assert weights.read() == b"weights"
    assert names == [
        "config.json",
        "model.safetensors",
        "preprocessor_config.json",
        "tokenizer.json",
        "tokenizer.model",
    ]
    assert sorted(hub.downloads) == names


def test_packing_again_downloads_nothing_and_gives_the_same_bytes(
    hub: GatedHub, output: Path
) -> None:
    assert _run(output, hub, ACCEPTED, "--revision", COMMIT).exit_code == 0
    before, downloads = output.read_bytes(), list(hub.downloads)
    assert _run(output, hub, ACCEPTED, "--revision", COMMIT).exit_code == 0
    assert (output.read_bytes(), hub.downloads) == (before, downloads)


def test_the_branch_of_half_the_size_is_taken_unasked_and_resolved_to_the_commit_to_pin(
    hub: GatedHub, output: Path
) -> None:
    result = _run(output, hub, ACCEPTED)
    assert result.exit_code == 0, result.output
    assert f"pass --revision {COMMIT}" in result.output
    assert (output.parent / "download" / COMMIT / "config.json").exists()
    resolved, *then = hub.revisions
    assert (resolved, set(then)) == ("bfloat16", {COMMIT}), "a moving branch cannot mix files"


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        ("hf_nobody", "no token was given, or it is not valid"),
        (NOT_ACCEPTED, "has not accepted the terms"),
        (NARROW, "may not read gated repositories"),
    ],
)
def test_denied_access_says_what_to_accept(
    hub: GatedHub, output: Path, token: str, reason: str
) -> None:
    result = _run(output, hub, token, "--revision", COMMIT)
    assert result.exit_code == 1
    assert reason in result.output
    assert f"open {hub.url}/google/paligemma-3b-mix-224 and accept" in result.output
    assert f"{hub.url}/settings/tokens" in result.output
    assert token not in result.output
    assert not output.exists()


def test_an_unknown_revision_is_named(hub: GatedHub, output: Path) -> None:
    result = _run(output, hub, ACCEPTED, "--revision", "nothing")
    assert (result.exit_code, "has no revision 'nothing'" in result.output) == (1, True)


def test_an_unknown_repository_is_named(hub: GatedHub, output: Path) -> None:
    result = _run(output, hub, ACCEPTED, "--revision", "main", "--repository", "some/other")
    assert result.exit_code == 1
    assert "Access to some/other was denied (HTTP 404)" in result.output


def test_a_hub_out_of_reach_is_a_few_words(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(GatedHub(FILES)) as gone:
        pass
    result = _run(output, gone, ACCEPTED)
    assert result.exit_code == 1
    assert result.exception is None or isinstance(result.exception, SystemExit)
    (line,) = result.output.splitlines()
    assert line.startswith(f"{gone.url} cannot be reached (")
    assert line.endswith("--model-dir. The same command again resumes a download.")


def test_packages_out_of_reach_are_a_few_words(
    output: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "WHEELS", tmp_path / "wheels")
    for name in ("PIP_INDEX_URL", "PIP_FIND_LINKS"):
        monkeypatch.setenv(name, f"file://{tmp_path}/none")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    folders = ["--model-dir", str(LIGHT_MODEL), "--code-dir", str(LIGHT_CODE)]
    result = _run(output, None, "", *folders)
    assert result.exit_code == 1
    (line,) = result.output.splitlines()
    assert line.startswith("The packages of release_server.txt could not be downloaded: ERROR: ")
    assert line.endswith("Check the network, and the index that PIP_INDEX_URL names, if any.")


def test_a_local_folder_needs_no_hub(output: Path) -> None:
    folders = ["--model-dir", str(LIGHT_MODEL), "--code-dir", str(LIGHT_CODE)]
    result = _run(output, None, "", *folders)
    assert result.exit_code == 0, result.output
    assert "Next: aws s3 cp" in result.stderr
    with tarfile.open(output) as archive:
        assert {"release.json", "code/inference.py"} <= set(archive.getnames())


def test_a_folder_without_the_model_fails_in_one_line(output: Path) -> None:
    result = _run(output, None, "", "--model-dir", str(LIGHT_MODEL))
    assert result.exit_code == 1
    assert "lacks config.json" in result.output
    assert not output.exists()


def test_two_sources_are_refused(output: Path) -> None:
    result = _run(output, None, "", "--revision", "x", "--model-dir", "y")
    assert (result.exit_code, "Give either --revision" in result.output) == (2, True)


def test_labels_tell_stand_in_releases_apart(tmp_path: Path) -> None:
    one, same, other = (
        pack_light_release(tmp_path / f"{number}.tar.gz", label).sha256
        for number, label in enumerate(["one", "one", "other"])
    )
    assert one == same != other
