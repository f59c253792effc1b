"""Patterns, licences, packages and the token: what lets a model pass, and what is said if not."""

from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from pipeline_defs.steps.download_model import failure, hub_token, licences, packages, patterns
from pipeline_defs.steps.download_model.errors import StepError

FILES = ["README.md", "config.json", "onnx/extra.json", "onnx/model.onnx", "tokenizer.json"]
ALLOWED = ["Apache-2.0", "MIT"]
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:token-AbCdEf"


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        (["*.json"], ["config.json", "tokenizer.json"]),
        (["onnx/*.json"], ["onnx/extra.json"]),
        (["*/model.onnx", "config.json"], ["config.json", "onnx/model.onnx"]),
        (["config.json", "*.json"], ["config.json", "tokenizer.json"]),
        (["config.????"], ["config.json"]),
    ],
)
def test_patterns_choose_folder_by_folder(wanted: list[str], chosen: list[str]) -> None:
    assert patterns.select(FILES, wanted, source="o/r@main") == chosen


def test_pattern_without_match_names_repository_pattern_and_files() -> None:
    with pytest.raises(StepError) as caught:
        patterns.select(FILES, ["*.json", "onnx/model_q4.onnx"], source="o/r@v1 (commit abc)")

    message = str(caught.value)
    assert "o/r@v1 (commit abc) has no file that matches 'onnx/model_q4.onnx'" in message
    assert ", ".join(FILES) in message
    assert "`files` in models.yaml" in message


def test_many_files_are_cut_short_and_none_is_said() -> None:
    with pytest.raises(StepError, match="and 88 more"):
        patterns.select([f"f{n:03}" for n in range(100)], ["x"], source="o/r")
    with pytest.raises(StepError, match="no files at all"):
        patterns.select([], ["x"], source="o/r")


@pytest.mark.parametrize(
    ("licence", "accepted", "passes"),
    [
        ("Apache-2.0", False, True),
        ("apache-2.0", False, True),
        ("MIT", True, True),
        ("GPL-3.0", False, False),
        ("GPL-3.0", True, True),
        ("Apache", False, False),
        ("", False, False),
    ],
)
def test_allowed_licences(licence: str, accepted: bool, passes: bool) -> None:
    if passes:
        licences.check_allowed("depth", licence, allowed=ALLOWED, accepted=accepted)
        return
    with pytest.raises(StepError) as caught:
        licences.check_allowed("depth", licence, allowed=ALLOWED, accepted=accepted)
    message = str(caught.value)
    assert message.startswith(f"depth: licence {licence} ")
    assert "Apache-2.0, MIT" in message
    assert "`allowed_licences`" in message
    assert "`accept_licence: true` for depth" in message


@pytest.mark.parametrize(
    ("stated", "passes"),
    [
        ((), True),
        (("apache-2.0",), True),
        (("gpl-3.0",), False),
        (("apache-2.0", "cc-by-nc-4.0"), False),
    ],
)
def test_stated_licences(stated: tuple[str, ...], passes: bool) -> None:
    if passes:
        licences.check_stated("depth", "Apache-2.0", stated=stated, repository="o/r")
        return
    with pytest.raises(StepError) as caught:
        licences.check_stated("depth", "Apache-2.0", stated=stated, repository="o/r")
    message = str(caught.value)
    assert message.startswith(f"depth: o/r states the licence {', '.join(stated)}, ")
    assert "Apache-2.0" in message
    assert "`allowed_licences`" in message


def test_packages_of_the_step_are_pinned_and_locked_by_hash() -> None:
    wanted = packages.pins(packages.WANTED)
    locked = packages.LOCKED.read_text()

    assert set(wanted) == {"huggingface-hub", "onnxruntime"}
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

    import sys

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


class Secrets:
    """Secrets Manager with one answer."""

    def __init__(self, answer: dict[str, Any] | Exception) -> None:
        self.answer = answer

    def get_secret_value(self, *, SecretId: str) -> dict[str, Any]:  # noqa: N803
        assert SecretId == SECRET
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def test_token_is_the_secret_without_white_space() -> None:
    assert hub_token.fetch(SECRET, Secrets({"SecretString": " hf_abc\n"})) == "hf_abc"


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ({"SecretString": ""}, "holds no token"),
        ({"SecretBinary": b"hf_abc"}, "holds no token"),
        ({"SecretString": '{"token": "hf_abc"}'}, "holds no token"),
        ({"SecretString": "hf_abc hf_def"}, "holds no token"),
        (ClientError({"Error": {"Code": "AccessDeniedException"}}, "x"), "AccessDeniedException"),
        (EndpointConnectionError(endpoint_url="https://x"), "EndpointConnectionError"),
    ],
)
def test_unusable_secret_names_the_variable_and_hides_the_token(answer: Any, says: str) -> None:
    with pytest.raises(StepError) as caught:
        hub_token.fetch(SECRET, Secrets(answer))

    assert says in str(caught.value)
    assert "`hugging_face_token_secret_arn`" in str(caught.value)
    assert SECRET in str(caught.value)
    assert "hf_abc" not in str(caught.value)


def test_what_is_no_arn_is_explained() -> None:
    with pytest.raises(StepError, match="is the ARN of a secret"):
        hub_token.fetch("token")


def test_failure_goes_to_the_exit_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    failure.report("é" * 1000, tmp_path / "output" / "message")

    assert (tmp_path / "output" / "message").read_text() == "é" * 512
    assert capsys.readouterr().err == "é" * 1000 + "\n"
