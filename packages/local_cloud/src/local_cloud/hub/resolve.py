"""Serves file content: small files here, large ones by a redirect to the storage origin."""

from __future__ import annotations

from collections.abc import Callable

from local_cloud.hub.access import check_content
from local_cloud.hub.content import content_response
from local_cloud.hub.errors import HubError
from local_cloud.hub.messages import Request, Response
from local_cloud.hub.repository import Repository
from local_cloud.hub.signed_links import LinkSigner

LinkMaker = Callable[[str], str]
"""Turns a path of the storage origin into a URL that opens it."""


def resolve(
    request: Request,
    repository: Repository,
    revision: str,
    path: str,
    link_to: LinkMaker,
) -> Response:
    """Answer GET or HEAD of `/{owner}/{name}/resolve/{revision}/{path}`; raises HubError."""
    commit = repository.commit(revision)
    check_content(repository, request.bearer_token)
    file = commit.file(path)
    headers = {"X-Repo-Commit": commit.sha, "Content-Type": "application/octet-stream"}
    if not file.large:
        return content_response(request, file.content, file.etag, headers)
    return Response(
        302,
        {
            **headers,
            "ETag": f'"{file.etag}"',
            "Accept-Ranges": "bytes",
            "Location": link_to(f"/{repository.name}/{file.sha256}/{path}"),
            "X-Linked-Size": str(file.size),
            "X-Linked-ETag": f'"{file.etag}"',
        },
    )


def serve_stored(
    request: Request, repository: Repository, sha256: str, path: str, signer: LinkSigner
) -> Response:
    """Answer GET or HEAD on the storage origin; raises HubError.

    A link is its own permission. Credentials sent along mean that a client leaked them across
    origins, which real storage refuses, too.
    """
    if "authorization" in request.headers:
        raise HubError(400, "", "Authorization header sent to storage: the link is enough")
    signer.check(request.path, request.query)
    for commit in reversed(repository.commits):
        file = commit.files.get(path)
        if file is not None and file.sha256 == sha256:
            return content_response(
                request, file.content, file.etag, {"Content-Type": "application/octet-stream"}
            )
    raise HubError(404, "", "The stored object is gone: resolve the file again")
