"""The metadata API below `/api/models/{owner}/{name}`, in the JSON of the real hub."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs

from local_cloud.hub.access import check_content
from local_cloud.hub.errors import HubError, entry_not_found
from local_cloud.hub.messages import Request, Response, json_response
from local_cloud.hub.repository import Commit, Repository, StoredFile


def answer(request: Request, repository: Repository, route: tuple[str, ...]) -> Response:
    """Answer what follows the repository's name in the path; raises HubError."""
    match (request.method, *route):
        case ("GET" | "HEAD",) | ("GET" | "HEAD", "revision", _):
            return _information(request, repository, route[1] if route else "main")
        case ("GET", "tree", revision, *folder):
            return _tree(request, repository.commit(revision), "/".join(folder))
        case ("POST", "paths-info", revision):
            return _paths_information(request, repository.commit(revision))
        case ("GET", "refs"):
            return json_response(_references(repository))
        case ("GET", "commits", revision):
            return json_response(_history(repository, repository.commit(revision)))
        case ("GET", "auth-check"):
            check_content(repository, request.bearer_token)
            return json_response({})
    raise HubError(404, "", f"No such route: {request.method} {request.path}")


def _information(request: Request, repository: Repository, revision: str) -> Response:
    commit = repository.commit(revision)
    stated = repository.licence
    licences = [stated] if isinstance(stated, str) else stated
    tags = [*repository.card_tags, *(f"license:{name}" for name in licences), "region:us"]
    card: dict[str, object] = {"license": stated}
    if repository.licence_name:
        card["license_name"] = repository.licence_name
    if repository.pipeline_tag:
        tags.insert(0, repository.pipeline_tag)
    if repository.library:
        tags.insert(0, repository.library)
    blobs = request.flag("blobs")
    return json_response(
        {
            "_id": commit.sha[:24],
            "id": repository.name,
            "modelId": repository.name,
            "author": repository.name.partition("/")[0],
            "sha": commit.sha,
            "lastModified": commit.date,
            "createdAt": repository.commits[0].date,
            "private": repository.private,
            "gated": repository.gated,
            "disabled": False,
            "downloads": 0,
            "likes": 0,
            "tags": tags,
            "pipeline_tag": repository.pipeline_tag,
            "library_name": repository.library,
            "cardData": card,
            "siblings": [
                {"rfilename": path, **(_blob(file) if blobs else {})}
                for path, file in commit.files.items()
            ],
            "usedStorage": sum(file.size for file in commit.files.values()),
        }
    )


def _blob(file: StoredFile) -> dict[str, Any]:
    lfs = {"sha256": file.sha256, "size": file.size, "pointerSize": len(file.pointer)}
    return {"size": file.size, "blobId": file.oid, **({"lfs": lfs} if file.large else {})}


def _tree(request: Request, commit: Commit, folder: str) -> Response:
    prefix = f"{folder.strip('/')}/" if folder.strip("/") else ""
    inside = [path for path in commit.files if path.startswith(prefix)]
    if not inside:
        raise entry_not_found(folder, commit.sha)
    entries: list[dict[str, Any]] = [
        _folder_entry(commit, path) for path in _folders(inside, prefix, request.flag("recursive"))
    ]
    entries += [
        _file_entry(path, commit.files[path])
        for path in inside
        if request.flag("recursive") or "/" not in path.removeprefix(prefix)
    ]
    return json_response(entries)


def _folders(paths: Iterable[str], prefix: str, recursive: bool) -> list[str]:
    found: set[str] = set()
    for path in paths:
        parts = path.removeprefix(prefix).split("/")[:-1]
        depth = len(parts) if recursive else min(len(parts), 1)
        found |= {prefix + "/".join(parts[: level + 1]) for level in range(depth)}
    return sorted(found)


def _file_entry(path: str, file: StoredFile) -> dict[str, Any]:
    entry: dict[str, Any] = {"type": "file", "oid": file.oid, "size": file.size, "path": path}
    if file.large:
        entry["lfs"] = {"oid": file.sha256, "size": file.size, "pointerSize": len(file.pointer)}
    return entry


def _folder_entry(commit: Commit, path: str) -> dict[str, Any]:
    listing = "".join(
        f"{name}\0{file.oid}\n"
        for name, file in commit.files.items()
        if name.startswith(f"{path}/")
    )
    oid = hashlib.sha1(listing.encode(), usedforsecurity=False).hexdigest()
    return {"type": "directory", "oid": oid, "size": 0, "path": path}


def _paths_information(request: Request, commit: Commit) -> Response:
    if request.headers.get("content-type", "").startswith("application/json"):
        paths = json.loads(request.body).get("paths", [])
    else:
        paths = parse_qs(request.body.decode()).get("paths", [])
    entries = []
    for path in paths:
        if path in commit.files:
            entries.append(_file_entry(path, commit.files[path]))
        elif any(name.startswith(f"{path}/") for name in commit.files):
            entries.append(_folder_entry(commit, path))
    return json_response(entries)


def _references(repository: Repository) -> dict[str, Any]:
    branches = [
        {"name": name, "ref": f"refs/heads/{name}", "targetCommit": sha}
        for name, sha in repository.branches.items()
    ]
    return {"branches": branches, "tags": [], "converts": [], "pullRequests": []}


def _history(repository: Repository, newest: Commit) -> list[dict[str, Any]]:
    shas = [commit.sha for commit in repository.commits]
    end = shas.index(newest.sha) + 1 if newest.sha in shas else len(shas)
    return [
        {"id": commit.sha, "title": commit.title, "message": "", "authors": [], "date": commit.date}
        for commit in reversed(repository.commits[:end])
    ]
