"""`make pin` checks the catalogue on the hub and writes its commits there, all of them or none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import HfApi

import catalogue
from local_cloud.testing import HubServer
from vis_assis.build.pin import pin
from vis_assis.errors import CommandError
from vis_assis.local.hub import REPOSITORIES

pytestmark = pytest.mark.xdist_group("hub_client")


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HfApi]:
    with HubServer(tmp_path_factory.mktemp("hub"), repositories=[REPOSITORIES]) as hub:
        yield HfApi(endpoint=hub.url)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The product's catalogue, to be changed: on branches, whatever has been pinned by now."""
    path = tmp_path / "models.yaml"
    text = catalogue.DEFAULT_PATH.read_text()
    path.write_text(re.sub(r"^(    revision: *)\S+", r"\g<1>main", text, flags=re.M))
    return path


def test_branches_become_the_commits_that_they_stand_for(api: HfApi, copied: Path) -> None:
    first, *branches = catalogue.load(copied).models
    commit = api.model_info(catalogue.load(copied).models[first].repository).sha
    text = copied.read_text().replace("revision: main", f"revision: {commit}", 1)
    copied.write_text(text)
    assert branches
    assert list(pin(copied, api)) == branches
    after = catalogue.load(copied).models
    assert after[first].revision == commit
    restored = copied.read_text()
    for type_ in branches:
        known = api.model_info(after[type_].repository, revision="main").sha
        assert after[type_].revision == known
        restored = restored.replace(f'"{known}"', "main")
    assert restored == text, "comments, order and everything else stay"
    assert pin(copied, api) == {}


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("xenova/speecht5_hifigan", "xenova/no-such-model", "xenova/no-such-model does not exist"),
        ("revision: main", f"revision: {40 * 'a'}", f"yolov9-c_all has no revision {40 * 'a'}"),
        ("onnx/encoder_model_quantized", "onnx/decoder", "tts: .*@main has no file that matches"),
        ("licence: GPL-3.0", "licence: MIT", "object-detection: .* states the licence gpl-3.0"),
        ("GPL-3.0\n", "[GPL-3.0, MIT]\n", 'write `licence: "gpl-3.0"` in models.yaml'),
        (", onnx/model_quantized.onnx]", "]", "match no .onnx file"),
    ],
)
def test_nothing_is_written_when_the_hub_lacks_something(
    api: HfApi, copied: Path, right: str, wrong: str, message: str
) -> None:
    before, found, after = copied.read_text().rpartition(right)
    assert found
    faulty = before + wrong + after
    copied.write_text(faulty)
    with pytest.raises(CommandError, match=message):
        pin(copied, api)
    assert copied.read_text() == faulty


DEPTH = """\
    repository: onnx-community/depth-anything-v2-small
    revision: main
    files: ["*.json", onnx/model_quantized.onnx]
    licence: Apache-2.0
    max_size_mb: 100
"""
FLOW = (
    "models: {depth: {repository: onnx-community/depth-anything-v2-small, revision: main, "
    'files: ["*.json", onnx/model_quantized.onnx], licence: Apache-2.0, max_size_mb: 100}}'
)
BLOCK = f"# the models\nmodels:\n  depth:  # first\n{DEPTH}"
BELOW = "revision:\n      # newest\n      main"
LAYOUTS = {
    "block": BLOCK,
    "CRLF without a final one": BLOCK.replace("\n", "\r\n").rstrip(),
    "comments around": BLOCK.replace("main\n", "main  # soon v2\n    # é: v3\n\n"),
    "value below its key": BLOCK.replace("revision: main", BELOW),
    "quoted keys": BLOCK.replace("revision:", '"revision" :').replace("depth:", "'depth':"),
    "flow": FLOW,
    "at the end": BLOCK.replace("    revision: main\n", "") + "    revision: main",
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_only_the_revision_changes(api: HfApi, tmp_path: Path, layout: str) -> None:
    path, before = tmp_path / "models.yaml", LAYOUTS[layout].encode()
    path.write_bytes(before)
    path.chmod(0o640)
    ((type_, commit),) = pin(path, api).items()

    after = path.read_bytes()
    assert before.count(b"main") == after.count(commit.encode()) == 1
    assert after.replace(f'"{commit}"'.encode(), b"main") == before
    assert catalogue.load(path).models[type_].revision == commit
    assert path.stat().st_mode & 0o777 == 0o640
    assert [entry.name for entry in tmp_path.iterdir()] == ["models.yaml"]
    assert pin(path, api) == {}


def test_what_somebody_wrote_meanwhile_stays(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "models.yaml"
    path.write_text(BLOCK)

    def checked(*_: object) -> str:
        path.write_text(f"{BLOCK}# new\n")
        return "c" * 40

    monkeypatch.setattr("vis_assis.build.pin._checked_commit", checked)
    with pytest.raises(CommandError, match="changed meanwhile: run `make pin` again"):
        pin(path, HfApi())
    assert path.read_text() == f"{BLOCK}# new\n"


@pytest.mark.parametrize("revision", [">-\n      main", "|-\n      main"])
def test_a_file_that_would_say_something_else_stays(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, revision: str
) -> None:
    path = tmp_path / "models.yaml"
    before = BLOCK.replace("revision: main", f"revision: {revision}")
    path.write_text(before)
    monkeypatch.setattr("vis_assis.build.pin._checked_commit", lambda *_: "c" * 40)
    with pytest.raises(CommandError, match="write them by hand"):
        pin(path, HfApi())
    assert path.read_text() == before
