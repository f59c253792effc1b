"""Answers a request for bytes: whole, in part, or not at all because the client has them."""

from __future__ import annotations

from local_cloud.hub.byte_ranges import UnsatisfiableRange, parse_range
from local_cloud.hub.messages import Request, Response


def content_response(request: Request, body: bytes, etag: str, headers: dict[str, str]) -> Response:
    """200, 206, 304 or 416 for `body`; `etag` comes without quotes."""
    quoted = f'"{etag}"'
    common = {"ETag": quoted, "Accept-Ranges": "bytes", **headers}
    if _matches(request.headers.get("if-none-match"), quoted):
        return Response(304, common)
    wanted = request.headers.get("range")
    if request.headers.get("if-range", quoted) != quoted:
        wanted = None
    try:
        part = parse_range(wanted, len(body))
    except UnsatisfiableRange as exc:
        return Response(416, {**common, "Content-Range": str(exc)})
    if part is None:
        return Response(200, common, body)
    first, last = part
    content_range = f"bytes {first}-{last}/{len(body)}"
    return Response(206, {**common, "Content-Range": content_range}, body[first : last + 1])


def _matches(header: str | None, quoted: str) -> bool:
    if header is None:
        return False
    candidates = {item.strip().removeprefix("W/") for item in header.split(",")}
    return "*" in candidates or quoted in candidates
