"""The ASGI application: two origins, hub and storage, told apart by the port."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from local_cloud.hub import model_api
from local_cloud.hub.access import check_identity, check_visible
from local_cloud.hub.errors import HubError
from local_cloud.hub.faults import Fault, Faults
from local_cloud.hub.messages import (
    Receive,
    Request,
    Response,
    Scope,
    Send,
    json_response,
    read_request,
    send_response,
)
from local_cloud.hub.repository_store import RepositoryStore
from local_cloud.hub.resolve import resolve, serve_stored
from local_cloud.hub.signed_links import LinkSigner

_LOG = logging.getLogger("local_cloud.hub")
_REMEMBERED_REQUESTS = 10_000


class HubApp:
    """Serves a store of repositories; requests on `storage_port` are for the storage origin."""

    def __init__(self, store: RepositoryStore, storage_port: int) -> None:
        self._store = store
        self._storage_port = storage_port
        self._signer = LinkSigner()
        self._faults = Faults()
        self._requests: deque[dict[str, Any]] = deque(maxlen=_REMEMBERED_REQUESTS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _run_lifespan(receive, send)
            return
        request = await read_request(scope, receive)
        if request.segments[0] == "_hub":
            await send_response(send, _guarded(self._administer, request))
            return
        origin = "storage" if request.port == self._storage_port else "hub"
        fault = self._faults.take(origin, request.method, request.path)
        response = await self._respond(request, origin, fault)
        self._remember(request, origin, response)
        truncate_after = fault.truncate_after if fault else None
        await send_response(send, response, truncate_after=truncate_after)

    async def _respond(self, request: Request, origin: str, fault: Fault | None) -> Response:
        if fault:
            await asyncio.sleep(fault.delay_seconds)
            if fault.status is not None:
                wait = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
                return json_response({"error": "ordered fault"}, fault.status, **wait)
        answer = self._answer_storage if origin == "storage" else self._answer_hub
        # Reading a repository takes a moment: other requests are served meanwhile.
        return await asyncio.to_thread(_guarded, answer, request)

    def _answer_hub(self, request: Request) -> Response:
        token = request.bearer_token
        check_identity(token, self._store.known_tokens() if token else frozenset())
        match request.segments:
            case ("health",):
                return json_response({"status": "ok"})
            case ("api", "whoami-v2"):
                if token is None:
                    raise HubError(401, "", "Invalid username or password.")
                return json_response({"type": "user", "name": "local-user", "orgs": []})
            case ("api", "models", owner, name, *route):
                repository = self._store.find(f"{owner}/{name}")
                check_visible(repository, token)
                if repository.name != f"{owner}/{name}":
                    return _redirect_to(repository.name, ("api", "models"), route, request)
                return model_api.answer(request, repository, tuple(route))
            case (owner, name, "resolve", revision, *path) if request.method in ("GET", "HEAD"):
                repository = self._store.find(f"{owner}/{name}")
                check_visible(repository, token)
                if repository.name != f"{owner}/{name}":
                    return _redirect_to(repository.name, (), ["resolve", revision, *path], request)
                storage = f"http://{self._storage_host(request)}:{self._storage_port}"
                return resolve(
                    request,
                    repository,
                    revision,
                    "/".join(path),
                    lambda stored: storage + self._signer.sign(stored),
                )
        raise HubError(404, "", f"No such route: {request.method} {request.path}")

    def _answer_storage(self, request: Request) -> Response:
        if request.method in ("GET", "HEAD") and len(request.segments) > 3:
            owner, name, sha256, *path = request.segments
            repository = self._store.find(f"{owner}/{name}")
            return serve_stored(request, repository, sha256, "/".join(path), self._signer)
        raise HubError(404, "", f"No such object: {request.path}")

    def _storage_host(self, request: Request) -> str:
        # A different host name as well as another port: clients compare one or the other.
        host = request.headers.get("host", "").rpartition(":")[0]
        return "127.0.0.1" if host == "localhost" else "localhost"

    def _administer(self, request: Request) -> Response:
        match (request.method, *request.segments[1:]):
            case ("POST", "faults"):
                self._faults.add(request.body)
                return json_response(self._faults.pending(), 201)
            case ("DELETE", "faults"):
                self._faults.clear()
                return json_response([])
            case ("GET", "faults"):
                return json_response(self._faults.pending())
            case ("GET", "requests"):
                return json_response(list(self._requests))
            case ("DELETE", "requests"):
                self._requests.clear()
                return json_response([])
        raise HubError(404, "", f"No such route: {request.method} {request.path}")

    def _remember(self, request: Request, origin: str, response: Response) -> None:
        # No query and no token: a link's query is a permission.
        self._requests.append(
            {
                "origin": origin,
                "method": request.method,
                "path": request.path,
                "range": request.headers.get("range"),
                "authorized": "authorization" in request.headers,
                "status": response.status,
            }
        )


def _redirect_to(
    name: str, before: tuple[str, ...], after: list[str], request: Request
) -> Response:
    segments = [*before, *name.split("/"), *(quote(part, safe="") for part in after)]
    query = f"?{request.query_string}" if request.query_string else ""
    return Response(307, {"Location": "/" + "/".join(segments) + query})


def _guarded(answer: Callable[[Request], Response], request: Request) -> Response:
    try:
        response = answer(request)
    except HubError as error:
        headers = {"X-Error-Message": error.message, **error.headers}
        if error.code:
            headers["X-Error-Code"] = error.code
        return json_response({"error": error.message}, error.status, **headers)
    except ValueError as error:
        # A registered folder is malformed; the tester sees why in the client's error.
        _LOG.error("%s %s: %s", request.method, request.path, error)
        return json_response({"error": str(error)}, 500, **{"X-Error-Message": str(error)})
    return response


async def _run_lifespan(receive: Receive, send: Send) -> None:
    while True:
        event = await receive()
        await send({"type": f"{event['type']}.complete"})
        if event["type"] == "lifespan.shutdown":
            return
