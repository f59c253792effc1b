"""The unmodified huggingface_hub downloads and asks through HF_ENDPOINT."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from local_cloud.testing import HubServer
from support.hub_repositories import PIN

pytestmark = pytest.mark.xdist_group("hub")


def test_a_snapshot_has_exactly_the_files_asked_for(hub: HubServer, tmp_path: Path) -> None:
    code = """
target = folder / "target"
patterns = ["*.json", "onnx/model_quantized.onnx"]
snapshot_download("team/detector", local_dir=target, allow_patterns=patterns)
info = HfApi().model_info("team/detector", files_metadata=True)
answer({
    "licence": [t for t in info.tags if t.startswith("license:")],
    "tags": info.tags,
    "sha256": {s.rfilename: s.lfs.sha256 for s in info.siblings if s.lfs},
    "card": info.card_data.license,
    "readme": ModelCard.load("team/detector").data.license,
})
"""
    found = hub.client(tmp_path, code)
    root = tmp_path / "target"
    files = {p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file()}
    files = {name for name in files if not name.startswith(".cache/")}
    assert files == {"config.json", "onnx/model_quantized.onnx"}
    assert found["licence"] == ["license:gpl-3.0"]
    assert found["card"] == found["readme"] == "gpl-3.0"
    assert {"onnx", "transformers.js"} < set(found["tags"])
    assert set(found["sha256"]) == {
        f"onnx/{name}.onnx"
        for name in ("model", "model_fp16", "model_int8", "model_q4", "model_quantized")
    }
    digest = hashlib.sha256((root / "onnx/model_quantized.onnx").read_bytes()).hexdigest()
    assert digest == found["sha256"]["onnx/model_quantized.onnx"]


def test_revisions(hub: HubServer, tmp_path: Path) -> None:
    code = f"""
name = "Team/depth"
api = HfApi()
def config(revision):
    return Path(hf_hub_download(name, "config.json", revision=revision)).read_text()
refs = api.list_repo_refs(name)
commits = [c.commit_id for c in api.list_repo_commits(name)]
answer({{
    "heads": {{b.name: b.target_commit for b in refs.branches}},
    "commits": commits,
    "by_name": [config("main"), config("v1.0")],
    "by_hash": [config(commits[0]), config(commits[1])],
    "pinned": config({PIN!r}),
    "pinned_sha": api.model_info(name, revision={PIN!r}).sha,
    "pinned_folder": Path(snapshot_download(
        name, revision={PIN!r}, allow_patterns=["*.json"])).name,
    "branch_sha": api.model_info("team/speech", revision="release/1").sha,
    "tts_sha": api.model_info("team/speech").sha,
    "first_files": api.list_repo_files(name, revision="v1.0"),
    "unknown": [
        refusal(lambda: snapshot_download(name, revision="f" * 40)),
        refusal(lambda: api.model_info(name, revision="nowhere")),
        refusal(lambda: hf_hub_download("team/detector", "config.json", revision={PIN!r})),
        refusal(lambda: hf_hub_download(name, "absent.json")),
        refusal(lambda: api.model_info("nobody/nothing")),
    ],
}})
"""
    found = hub.client(tmp_path, code)
    newest, first = found["commits"]
    assert found["heads"] == {"main": newest, "v1.0": first}
    assert newest != first
    assert found["by_name"] == found["by_hash"]
    assert found["by_name"][0] != found["by_name"][1]
    assert found["pinned"] == found["by_name"][0]
    assert found["pinned_sha"] == found["pinned_folder"] == PIN
    assert found["branch_sha"] == found["tts_sha"]
    assert "onnx/model_quantized.onnx" in found["first_files"]
    assert "onnx/model_q4.onnx" not in found["first_files"]
    assert found["unknown"] == [
        ["RevisionNotFoundError", 404],
        ["RevisionNotFoundError", 404],
        ["RevisionNotFoundError", 404],
        ["RemoteEntryNotFoundError", 404],
        ["RepositoryNotFoundError", 404],
    ]


def test_tree_and_paths_agree_with_the_files(hub: HubServer, tmp_path: Path) -> None:
    code = """
api = HfApi()
name = "Team/speech"
top = [(type(e).__name__, e.path) for e in api.list_repo_tree(name)]
inside = [e.path for e in api.list_repo_tree(name, "onnx")]
every = {e.path: e for e in api.list_repo_tree(name, recursive=True)}
paths = api.get_paths_info(name, ["onnx/model.onnx", "onnx", "absent"])
answer({
    "top": top, "inside": inside, "every": list(every),
    "paths": [[type(e).__name__, e.path] for e in paths],
    "size": [paths[0].size, paths[0].lfs.size, every["onnx/model.onnx"].lfs.size],
    "missing": refusal(lambda: list(api.list_repo_tree(name, "absent"))),
    "downloaded": Path(hf_hub_download(name, "onnx/model.onnx")).stat().st_size,
})
"""
    found = hub.client(tmp_path, code)
    assert ["RepoFolder", "onnx"] in found["top"]
    assert ["RepoFile", "config.json"] in found["top"]
    assert all(path.startswith("onnx/") for path in found["inside"])
    assert set(found["inside"]) < set(found["every"])
    assert found["paths"] == [["RepoFile", "onnx/model.onnx"], ["RepoFolder", "onnx"]]
    assert set(found["size"]) == {found["downloaded"]}
    assert found["missing"] == ["RemoteEntryNotFoundError", 404]


def test_another_spelling_redirects_to_the_canonical_name(hub: HubServer) -> None:
    answer = hub.request("GET", "/api/models/TEAM/detector/tree/main?recursive=True")
    assert answer.status == 307
    assert answer.headers["location"] == "/api/models/Team/detector/tree/main?recursive=True"
    answer = hub.request("HEAD", "/team/detector/resolve/refs%2Fpr%2F1/onnx/model.onnx")
    assert answer.headers["location"] == ("/Team/detector/resolve/refs%2Fpr%2F1/onnx/model.onnx")
