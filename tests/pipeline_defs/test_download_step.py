"""The download step against the local hub: what it delivers, and why it refuses."""

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import onnxruntime
import pytest
from huggingface_hub import HfApi

import catalogue
from local_cloud.testing import ACCEPTED, NOT_ACCEPTED, HubServer
from pipeline_defs.steps.download_model import delivery, hub
from pipeline_defs.steps.download_model.errors import StepError
from tests.pipeline_defs.orders import order_of
from vis_assis.local.hub import REPOSITORIES

SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:token-AbCdEf"
GATED = "owner/gated"
ONNX = "onnx/model_quantized.onnx"

Deliver = Callable[..., Path]


@pytest.fixture
def deliver(
    server: HubServer,
    tmp_path: Path,
    models: dict[str, catalogue.Model],
    monkeypatch: pytest.MonkeyPatch,
) -> Deliver:
    """`deliver("depth", licence=…)` runs the step for that model with changes to its order."""
    monkeypatch.setattr(hub, "FIRST_PAUSE_SECONDS", 0.01)

    def run(model_type: str, token: str = "", **changes: Any) -> Path:
        order = order_of(model_type, models[model_type], tmp_path, **changes)
        return delivery.deliver(order, HfApi(endpoint=server.url), lambda _: token)

    return run


@pytest.mark.parametrize("model_type", sorted(catalogue.load().models))
def test_every_model_of_the_catalogue_is_delivered(
    deliver: Deliver, model_type: str, models: dict[str, catalogue.Model], tmp_path: Path
) -> None:
    model = models[model_type]

    archive = deliver(model_type)

    assert sorted(path.name for path in archive.parent.iterdir()) == sorted(
        [model.archive_name, "manifest.json", "provenance.json"]
    )
    with zipfile.ZipFile(archive) as content:
        names = content.namelist()
        packed = {name: content.read(name) for name in names}
    assert {name for name in names if name.startswith("onnx/")} == set(model.files) - {"*.json"}
    assert "config.json" in names
    assert all(name.endswith(".json") and "/" not in name for name in names if "onnx" not in name)
    for name in names:
        if name.endswith(".onnx"):
            assert onnxruntime.InferenceSession(packed[name]).get_outputs()

    manifest = json.loads((archive.parent / "manifest.json").read_text())
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    size = archive.stat().st_size
    assert manifest["zip"] == {"name": archive.name, "bytes": size, "sha256": digest}
    assert manifest["files"] == [
        {"path": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in sorted(packed.items())
    ]
    provenance = json.loads((archive.parent / "provenance.json").read_text())
    assert provenance == {
        "model": model_type,
        "repository": model.repository,
        "revision": manifest["revision"],
        "revision_requested": model.revision,
        "licence": " AND ".join(model.licence),
        "licence_source": "repository",
        "zip_name": archive.name,
        "zip_sha256": digest,
        "zip_bytes": str(size),
    }
    assert len(manifest["revision"]) == 40


def test_only_the_needed_files_are_fetched(deliver: Deliver, server: HubServer) -> None:
    before = len(server.requests("storage"))

    deliver("tts")

    fetched = server.requests("storage")[before:]
    assert len({request["path"] for request in fetched}) == 2


def test_the_branch_of_the_moment_and_its_commit_give_the_same_bytes(
    deliver: Deliver, tmp_path: Path
) -> None:
    archive = deliver("vocoder", revision="main", output_dir=tmp_path / "branch")
    commit = json.loads((archive.parent / "provenance.json").read_text())["revision"]

    again = deliver(
        "vocoder", revision=commit, output_dir=tmp_path / "commit", work_dir=tmp_path / "fresh"
    )

    assert again.read_bytes() == archive.read_bytes()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"licences": ("GPL-3.0",)}, "depth: licence GPL-3.0 is not among the allowed ones"),
        ({"licences": ("MIT",)}, "states the licence apache-2.0, models.yaml says MIT"),
        ({"patterns": ("*.json", "onnx/no.onnx")}, "has no file that matches 'onnx/no.onnx'"),
        ({"revision": "v9"}, "has no revision v9: correct `revision`"),
        ({"repository": "owner/absent"}, "owner/absent does not exist or is private"),
        ({"gated": True}, "`hugging_face_token_secret_arn`"),
        ({"gated": True, "token_secret_arn": SECRET}, "the hub refuses the Hugging Face token"),
    ],
)
def test_refusals_say_what_to_do(
    deliver: Deliver, tmp_path: Path, changes: dict[str, Any], says: str
) -> None:
    with pytest.raises(StepError) as caught:
        deliver("depth", token="hf_nobody", **changes)

    assert says in str(caught.value)
    assert "hf_nobody" not in str(caught.value)
    assert not list((tmp_path / "output").glob("*.json"))


@pytest.mark.parametrize(
    ("token", "gated", "says"),
    [
        ("", False, f"{GATED} is gated: accept its terms at "),
        (NOT_ACCEPTED, True, "token's user has not accepted its terms"),
    ],
)
def test_gates(deliver: Deliver, server: HubServer, token: str, gated: bool, says: str) -> None:
    with pytest.raises(StepError) as caught:
        deliver("depth", token, **_gated(server, gated))

    assert says in str(caught.value)
    assert "`hugging_face_token_secret_arn`" in str(caught.value)


def test_accepted_token_passes_the_gate(deliver: Deliver, server: HubServer) -> None:
    archive = deliver("depth", ACCEPTED, **_gated(server, gated=True))
    with zipfile.ZipFile(archive) as content:
        assert content.namelist() == ["model.onnx"]
    provenance = json.loads((archive.parent / "provenance.json").read_text())
    assert provenance["licence"] == "Gemma Terms -v1 AND MIT"


def test_passing_trouble_is_survived(deliver: Deliver, server: HubServer) -> None:
    server.request("POST", "/_hub/faults", {"path": "/api/models/*", "status": 503, "times": 2})

    assert deliver("depth").exists()


def test_lasting_trouble_is_reported(deliver: Deliver, server: HubServer) -> None:
    server.request("POST", "/_hub/faults", {"path": "/api/models/*", "status": 503, "times": 50})
    try:
        with pytest.raises(StepError, match=r"cannot read .* \(HTTP 503\): check that the job"):
            deliver("depth")
    finally:
        server.request("DELETE", "/_hub/faults")


def test_onnx_file_that_does_not_load_is_named(deliver: Deliver, server: HubServer) -> None:
    folder = server.repositories / "owner" / "broken"
    (folder / "main" / "onnx").mkdir(parents=True)
    (folder / "main" / "config.json").write_text("{}")
    (folder / "main" / "onnx" / "model.onnx").write_bytes(b"no protobuf")
    (folder / "repository.json").write_text('{"licence": "mit"}')

    with pytest.raises(StepError, match=r"^onnx/model\.onnx does not load in onnxruntime"):
        deliver(
            "depth",
            repository="owner/broken",
            revision="main",
            licences=("MIT",),
            patterns=("config.json", "onnx/model.onnx"),
        )


def _gated(server: HubServer, gated: bool) -> dict[str, Any]:
    """The order for a gated model under two licences."""
    folder = server.repositories / GATED
    if not folder.exists():
        (folder / "main").mkdir(parents=True)
        model = (REPOSITORIES / "Xenova/speecht5_hifigan/main" / ONNX).read_bytes()
        (folder / "main" / "model.onnx").write_bytes(model)
        description = {
            "gated": "manual",
            "licence": ["other", "mit"],
            "licence_name": "Gemma Terms (v1)",
        }
        (folder / "repository.json").write_text(json.dumps(description))
    return {
        "repository": GATED,
        "revision": "main",
        "licences": ("Gemma Terms -v1", "MIT"),
        "accept_licence": True,
        "patterns": ("*.onnx",),
        "gated": gated,
        "token_secret_arn": SECRET,
    }
