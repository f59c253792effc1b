"""Gates, tokens and the border between the hub's origin and its storage's."""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from local_cloud.hub.access import ACCEPTED, NOT_ACCEPTED
from local_cloud.hub.errors import HubError
from local_cloud.hub.signed_links import LinkSigner
from local_cloud.testing import HubServer
from support import hub_repositories

GATED = "Team/gated"
TRY_GATED = f"""
name = {GATED!r}
api = HfApi()
answer({{
    "info": api.model_info(name).gated,
    "files": api.list_repo_files(name),
    "check": refusal(lambda: api.auth_check(name)),
    "download": refusal(lambda: hf_hub_download(name, "config.json")),
    "snapshot": refusal(lambda: snapshot_download(name, local_dir=folder / "snapshot")),
}})
"""


pytestmark = pytest.mark.xdist_group("hub")


def test_accepted_token_gets_the_gated_files_whole(hub: HubServer, tmp_path: Path) -> None:
    found = hub.client(tmp_path, TRY_GATED, token=ACCEPTED)
    assert found["info"] == "manual"
    assert (found["check"], found["download"], found["snapshot"]) == (None, None, None)
    snapshot = tmp_path / "snapshot"
    content = (snapshot / "onnx/model.onnx").read_bytes()
    assert content == hub_repositories.weights("Team/gated", "main", "model")


def test_without_a_token_metadata_are_public_and_files_are_not(
    hub: HubServer, tmp_path: Path
) -> None:
    found = hub.client(tmp_path, TRY_GATED)
    assert found["info"] == "manual"
    assert "config.json" in found["files"]
    assert found["check"] == found["download"] == found["snapshot"] == ["GatedRepoError", 401]


def test_a_user_who_did_not_accept_the_terms_is_refused(hub: HubServer, tmp_path: Path) -> None:
    found = hub.client(tmp_path, TRY_GATED, token=NOT_ACCEPTED)
    assert found["check"] == found["download"] == found["snapshot"] == ["GatedRepoError", 403]


def test_an_unknown_token_is_refused_even_where_none_is_needed(hub: HubServer) -> None:
    path = "/api/models/Team/detector"
    assert hub.request("GET", path).status == 200
    answer = hub.request("GET", path, Authorization="Bearer hf_made_up")
    assert answer.status == 401
    assert answer.headers["x-error-message"] == "Invalid credentials in Authorization header"


def test_the_token_never_reaches_the_storage_origin(hub: HubServer, tmp_path: Path) -> None:
    code = """
answer(Path(hf_hub_download("team/detector", "onnx/model_int8.onnx")).stat().st_size)
"""
    hub.request("DELETE", "/_hub/requests")
    assert hub.client(tmp_path, code, token=ACCEPTED) > 0
    assert any(request["authorized"] for request in hub.requests("hub"))
    stored = hub.requests("storage")
    assert [request["status"] for request in stored] == [200]
    assert not any(request["authorized"] for request in stored)


def test_large_files_redirect_to_another_origin(hub: HubServer) -> None:
    path = "/Team/detector/resolve/main/onnx/model.onnx"
    answer = hub.request("HEAD", path)
    assert answer.status == 302
    target = urlsplit(answer.headers["location"])
    here = urlsplit(hub.url)
    assert target.hostname != here.hostname
    assert target.port != here.port
    stored = hub.request("GET", answer.headers["location"])
    assert hashlib.sha256(stored.body).hexdigest() == answer.headers["x-linked-etag"].strip('"')
    assert answer.headers["x-linked-size"] == str(len(stored.body))


def test_storage_refuses_leaked_credentials_and_altered_links(hub: HubServer) -> None:
    link = hub.request("HEAD", "/Team/detector/resolve/main/onnx/model.onnx").headers["location"]
    assert hub.request("GET", link).status == 200
    assert hub.request("GET", link, Authorization=f"Bearer {ACCEPTED}").status == 400
    assert hub.request("GET", link.replace("model.onnx", "model_q4.onnx")).status == 403
    assert hub.request("GET", link.partition("?")[0]).status == 403


def test_links_expire() -> None:
    now = 1000.0
    signer = LinkSigner(clock=lambda: now)
    path, _, query = signer.sign("/a/b").partition("?")
    values = {name: [value] for name, value in (item.split("=") for item in query.split("&"))}
    signer.check(path, values)
    now += 3601
    with pytest.raises(HubError, match="expired"):
        signer.check(path, values)
