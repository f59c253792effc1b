"""`aws:SecureTransport` of local requests.

Clients use plain HTTP on the loopback interface, which stands for TLS. A request with the header
`X-Local-Cloud-Transport: http` counts as plain HTTP, so that a test can be refused by a policy
that demands TLS. The header need not be signed.
"""

from __future__ import annotations

from contextvars import ContextVar

from ministack import app
from ministack.core import iam_evaluator

HEADER = "x-local-cloud-transport"

_secure: ContextVar[bool] = ContextVar("local_cloud_secure_transport", default=True)


def note_transport(headers: dict[str, str]) -> None:
    """Remember whether this request counts as TLS."""
    _secure.set(headers.get(HEADER, "").lower() != "http")


def is_secure() -> bool:
    """Whether the current request counts as TLS."""
    return _secure.get()


def loopback_counts_as_tls() -> None:
    """AWS clients come over TLS; MiniStack saw plain HTTP and TLS-only policies refused all.

    What the services themselves do in the background counts as TLS too.
    """
    iam_evaluator._request_origin = ContextVar("origin", default=("127.0.0.1", True))

    def pin_request_origin(source_ip: str, secure_transport: bool) -> None:
        iam_evaluator._request_origin.set((source_ip, secure_transport or is_secure()))

    app.pin_request_origin = pin_request_origin
