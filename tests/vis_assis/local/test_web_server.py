"""The example page is served with types under which a browser runs modules and WebAssembly."""

from __future__ import annotations

import re
import urllib.request
from pathlib import Path

import pytest

from vis_assis.build.environments import ROOT
from vis_assis.errors import CommandError
from vis_assis.local.web.server import served


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("main.js", "text/javascript"),
        ("ort.min.mjs", "text/javascript"),
        ("ort.wasm", "application/wasm"),
        ("index.html", "text/html; charset=utf-8"),
        ("config.json", "application/json"),
    ],
)
def test_a_browser_can_use_each_file(tmp_path: Path, name: str, content_type: str) -> None:
    (tmp_path / name).write_text("content")
    with (
        served(tmp_path) as origin,
        urllib.request.urlopen(f"{origin}/{name}") as response,  # noqa: S310 - our own server
    ):
        assert response.headers["Content-Type"] == content_type
        assert response.read() == b"content"


def test_a_taken_port_is_an_error(tmp_path: Path) -> None:
    with served(tmp_path) as origin:
        port = int(origin.rpartition(":")[2])
        message = rf"port {port} is in use: .* `make web PORT={port + 1}`"
        with pytest.raises(CommandError, match=message), served(tmp_path, port):
            pass


def test_no_page_may_frame_it_and_it_calls_aws_or_the_local_cloud_only(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("")
    with served(tmp_path) as origin, urllib.request.urlopen(origin) as response:  # noqa: S310
        assert response.headers["Content-Security-Policy"] == "frame-ancestors 'none'"
    page = (ROOT / "examples" / "web" / "index.html").read_text()
    (policy,) = re.findall(r"default-src [^\"]*", page)
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["default-src"] == "'none'"
    assert directives["connect-src"].split() == [
        "'self'",
        "https://*.amazonaws.com",
        "http://localhost:*",
        "http://127.0.0.1:*",
    ]
