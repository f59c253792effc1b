"""The server's side of docs/delivery.md: signs an index, serves files, and fails on demand."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import threading
import time
import zlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

CHUNK = 4 * 1024 * 1024
PACKAGE = Path(__file__).resolve().parents[1]
STATIC = {"": PACKAGE / "tests" / "page.html", "src": PACKAGE / "src", "page.js": PACKAGE / "tests"}
KINDS = {".js": "text/javascript", ".html": "text/html", ".mjs": "text/javascript"}
PIECE = 16_384

Files = Mapping[str, bytes]
Envelope = dict[str, Any]


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Signer:
    """A release key."""

    def __init__(self, key_id: str) -> None:
        self.key_id, self._key = key_id, ec.generate_private_key(ec.SECP256R1())
        spki = self._key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        self.trusted = f"{key_id}={base64.b64encode(spki).decode()}"

    def sign(self, payload: bytes) -> Envelope:
        r, s = decode_dss_signature(self._key.sign(payload, ec.ECDSA(hashes.SHA256())))
        signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
        return {
            "schema": 2,
            "payload": base64.b64encode(payload).decode(),
            "signature": base64.b64encode(signature).decode(),
            "key_id": self.key_id,
        }


class Delivery(ThreadingHTTPServer):
    """Serves models, and the page that loads the client.

    Its state, which tests set: `index` (the envelope), `links_end` (all links so far get 403),
    `cut_after` (file bytes until each connection breaks), `wrong` (files whose bytes are flipped),
    `bytes_per_second`, `page_size`, `down`; and what they read: `sent` (file bytes by sha256),
    `answered` (bytes of answers to /models), `asked` (their queries).
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.signer = Signer("release-1")
        self.stored: dict[str, bytes] = {}
        self.models: dict[str, dict[str, Any]] = {}
        self.sequence = 100
        self.index: Envelope = {}
        self.url = f"http://localhost:{self.server_port}"
        self.before_page: Callable[[], None] = lambda: None
        self.lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """Ends every fault and forgets what was counted."""
        self.links_generation = self.links_from = 0
        self.cut_after: int | None = None
        self.wrong: set[str] = set()
        self.bytes_per_second: float | None = None
        self.page_size = 100
        self.down = False
        self.sent: dict[str, int] = {}
        self.answered = 0
        self.asked: list[dict[str, list[str]]] = []

    @property
    def total_sent(self) -> int:
        return sum(self.sent.values())

    def end_links(self) -> None:
        self.links_from = self.links_generation = self.links_generation + 1

    def release(self, **models: Files | None) -> None:
        """Serves these models, and the others as before, in a new signed index."""
        for name, files in models.items():
            model_type = name.replace("_", "-")
            sequence = self.models.get(model_type, {"sequence": 0})["sequence"] + 1
            model = None if files is None else self._model(files)
            self.models[model_type] = {"sequence": sequence, "model": model}
        self.publish()

    def publish(self, **changed: Any) -> None:
        """Signs the models again with a new sequence; `changed` replaces fields of the payload."""
        self.sequence += 1
        self.index = self.signer.sign(json.dumps({**self.payload(), **changed}).encode())

    def payload(self) -> dict[str, Any]:
        now = datetime.now(UTC)
        return {
            "schema": 2,
            "sequence": self.sequence,
            "issued_at": f"{now:%Y-%m-%dT%H:%M:%SZ}",
            "expires_at": f"{now + timedelta(days=14):%Y-%m-%dT%H:%M:%SZ}",
            "types": self.models,
        }

    def files(self, model_type: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.models[model_type]["model"]["files"]
        return found

    def stored_size(self, model_type: str) -> int:
        return sum(file["stored"]["bytes"] for file in self.files(model_type))

    def _model(self, files: Files) -> dict[str, Any]:
        listed = []
        for path, plain in sorted(files.items()):
            packer = zlib.compressobj(6, wbits=-15)
            stored = packer.compress(plain) + packer.flush()
            self.stored[sha256(plain)] = stored
            chunks = [sha256(stored[at : at + CHUNK]) for at in range(0, len(stored), CHUNK)]
            place = {"key": f"files/{sha256(plain)}", "version_id": "v1", "bytes": len(stored)}
            listed.append(
                {
                    "path": path,
                    "bytes": len(plain),
                    "sha256": sha256(plain),
                    "stored": {**place, "sha256": sha256(stored), "chunks": chunks},
                }
            )
        return {
            "origin": "registry",
            "version": 1,
            "repository": "owner/tiny",
            "licence": "MIT",
            "files": listed,
        }

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that broke is what the tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: Delivery
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        place = parts.path.strip("/")
        if place == "models" or place.startswith("files/"):
            if self.server.down:
                self.close_connection = True
            elif place == "models":
                self._models(parse_qs(parts.query))
            else:
                self._file(place.removeprefix("files/"), int(parts.query))
            return
        base = STATIC.get(place.split("/")[0])
        file = base if base is None or base.suffix else base / place.rsplit("/", 1)[-1]
        if file is None or not file.is_file():
            self._answer(404, b"")
        else:
            self._answer(200, file.read_bytes(), KINDS[file.suffix])

    def _models(self, query: dict[str, list[str]]) -> None:
        server = self.server
        with server.lock:
            server.asked.append(query)
        start = int(query.get("page", ["0"])[0])
        if start:
            server.before_page()
        types = query.get("types", [",".join(server.models)])[0].split(",")
        held = query.get("have", [""])[0].split(",")
        wanted = sorted(
            {
                file["sha256"]
                for name, entry in server.models.items()
                if name in types and entry["model"] and f"{name}:{entry['sequence']}" not in held
                for file in entry["model"]["files"]
            }
        )
        end = start + server.page_size
        generation = server.links_generation
        links = {name: f"{server.url}/files/{name}?{generation}" for name in wanted[start:end]}
        following = str(end) if end < len(wanted) else None
        answer = json.dumps({"index": server.index, "links": links, "next": following})
        body = gzip.compress(answer.encode())
        with server.lock:
            server.answered += len(body)
        headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        self._start(200, len(body), headers)
        self.wfile.write(body)

    def _file(self, name: str, generation: int) -> None:
        if generation < self.server.links_from:
            self._answer(403, b"<Error><Code>AccessDenied</Code></Error>")
            return
        body = self.server.stored[name]
        if name in self.server.wrong:
            body = body[:-1] + bytes([body[-1] ^ 1])
        if asked := self.headers["Range"]:
            first, last = map(int, asked.removeprefix("bytes=").split("-"))
            content_range = f"bytes {first}-{last}/{len(body)}"
            self._start(206, last + 1 - first, {"Content-Range": content_range})
            body = body[first : last + 1]
        else:
            self._start(200, len(body))
        for at in range(0, len(body), PIECE):
            piece = body[at : at + PIECE]
            with self.server.lock:
                if self.server.cut_after is not None:
                    piece = piece[: self.server.cut_after]
                    self.server.cut_after -= len(piece)
                self.server.sent[name] = self.server.sent.get(name, 0) + len(piece)
                over = self.server.cut_after == 0
            self.wfile.write(piece)
            if over:
                self.close_connection = True
                return
            if self.server.bytes_per_second:
                time.sleep(PIECE / self.server.bytes_per_second)

    def _answer(self, status: int, body: bytes, kind: str = "text/plain") -> None:
        self._start(status, len(body), {"Content-Type": kind})
        self.wfile.write(body)

    def _start(self, status: int, length: int, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(length), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""
