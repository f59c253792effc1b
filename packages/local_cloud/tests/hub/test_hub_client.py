"""The unmodified huggingface_hub downloads and asks through HF_ENDPOINT."""

from __future__ import annotations

import fnmatch
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from local_cloud.testing.hub_server import HubServer

ROOT = Path(__file__).parents[4]
PIN = "0123456789abcdef0123456789abcdef01234567"
MODELS = {
    "onnx-community/depth-anything-v2-small": ("apache-2.0", ["model"]),
    "xenova/vit-gpt2-image-captioning": (
        "apache-2.0",
        ["encoder_model", "decoder_model_merged"],
    ),
    "xenova/speecht5_tts": ("mit", ["encoder_model", "decoder_model_merged"]),
    "xenova/speecht5_hifigan": ("mit", ["model"]),
    "xenova/yolov9-c_all": ("gpl-3.0", ["model"]),
}


# One hub per file, whatever the number of workers.
pytestmark = pytest.mark.xdist_group("hub_client")


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubServer]:
    folder = tmp_path_factory.mktemp("hub")
    pinned = {"depth": {"repository": "Onnx-Community/depth-anything-v2-small", "revision": PIN}}
    pinned["tts"] = {"repository": "xenova/speecht5_tts", "revision": "release/1"}
    catalogue = folder / "models.yaml"
    catalogue.write_text(yaml.safe_dump({"models": pinned}))
    with HubServer(folder / "state", "--catalogue", str(catalogue)) as running:
        yield running


def test_snapshot_of_each_edge_model_has_exactly_the_files_asked_for(
    hub: HubServer, tmp_path: Path
) -> None:
    code = f"""
found = {{}}
for repository, (_, components) in {MODELS!r}.items():
    target = folder / repository
    snapshot_download(
        repository,
        local_dir=target,
        allow_patterns=["*.json", *(f"onnx/{{c}}_quantized.onnx" for c in components)],
    )
    info = HfApi().model_info(repository, files_metadata=True)
    found[repository] = {{
        "licence": [t for t in info.tags if t.startswith("license:")],
        "sha256": {{s.rfilename: s.lfs.sha256 for s in info.siblings if s.lfs}},
        "siblings": [s.rfilename for s in info.siblings],
        "card": info.card_data.license,
        "readme": ModelCard.load(repository).data.license,
    }}
answer(found)
"""
    found = hub.client(tmp_path, code)
    for repository, (licence, components) in MODELS.items():
        root = tmp_path / repository
        files = {p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file()}
        models = {f"onnx/{component}_quantized.onnx" for component in components}
        assert {name for name in files if name.startswith("onnx/")} == models
        assert "config.json" in files
        assert not {"README.md", ".gitattributes"} & files
        assert {"onnx/" + c + s for c in components for s in (".onnx", "_fp16.onnx")} < set(
            found[repository]["siblings"]
        )
        assert found[repository]["licence"] == [f"license:{licence}"]
        assert found[repository]["card"] == found[repository]["readme"] == licence
        for name in models:
            digest = hashlib.sha256((root / name).read_bytes()).hexdigest()
            assert digest == found[repository]["sha256"][name]


def test_the_catalogue_resolves_as_it_stands(tmp_path: Path) -> None:
    models = yaml.safe_load((ROOT / "models.yaml").read_text())["models"]
    code = f"""
found = {{}}
for kind, model in {models!r}.items():
    info = HfApi().model_info(model["repository"], revision=model["revision"])
    target = folder / kind
    snapshot_download(
        model["repository"], revision=model["revision"],
        allow_patterns=model["files"], local_dir=target,
    )
    files = [p.relative_to(target).as_posix() for p in target.rglob("*") if p.is_file()]
    found[kind] = [info.sha, info.tags, [f for f in files if not f.startswith(".cache")]]
answer(found)
"""
    with HubServer(tmp_path / "state") as own:
        found = own.client(tmp_path / "client", code)
    for kind, model in models.items():
        sha, tags, files = found[kind]
        assert model["revision"] in ("main", sha)
        assert f"license:{model['licence'].lower()}" in tags
        for pattern in model["files"]:
            assert fnmatch.filter(files, pattern), (kind, pattern)


def test_revisions(hub: HubServer, tmp_path: Path) -> None:
    code = f"""
name = "onnx-community/depth-anything-v2-small"
api = HfApi()
def config(revision):
    return Path(hf_hub_download(name, "config.json", revision=revision)).read_text()
refs = api.list_repo_refs(name)
commits = [c.commit_id for c in api.list_repo_commits(name)]
answer({{
    "heads": [refs.branches[0].target_commit, refs.tags[0].target_commit],
    "commits": commits,
    "by_name": [config("main"), config("v1.0")],
    "by_hash": [config(commits[0]), config(commits[1])],
    "pinned": config({PIN!r}),
    "pinned_sha": api.model_info(name, revision={PIN!r}).sha,
    "pinned_folder": Path(snapshot_download(
        name, revision={PIN!r}, allow_patterns=["*.json"])).name,
    "branch_sha": api.model_info("xenova/speecht5_tts", revision="release/1").sha,
    "tts_sha": api.model_info("xenova/speecht5_tts").sha,
    "first_files": api.list_repo_files(name, revision="v1.0"),
    "unknown": [
        refusal(lambda: snapshot_download(name, revision="f" * 40)),
        refusal(lambda: api.model_info(name, revision="nowhere")),
        refusal(lambda: hf_hub_download("xenova/yolov9-c_all", "config.json", revision={PIN!r})),
        refusal(lambda: hf_hub_download(name, "absent.json")),
        refusal(lambda: api.model_info("nobody/nothing")),
    ],
}})
"""
    found = hub.client(tmp_path, code)
    newest, first = found["commits"]
    assert found["heads"] == [newest, first]
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
name = "Xenova/speecht5_hifigan"
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
    answer = hub.request("GET", "/api/models/XENOVA/yolov9-c_all/tree/main?recursive=True")
    assert answer.status == 307
    assert answer.headers["location"] == "/api/models/Xenova/yolov9-c_all/tree/main?recursive=True"
    answer = hub.request("HEAD", "/xenova/yolov9-c_all/resolve/refs%2Fpr%2F1/onnx/model.onnx")
    assert answer.headers["location"] == (
        "/Xenova/yolov9-c_all/resolve/refs%2Fpr%2F1/onnx/model.onnx"
    )
