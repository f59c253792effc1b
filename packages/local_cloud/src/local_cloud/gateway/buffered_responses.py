"""Hands short answers to the kernel in one piece.

Go's HTTP client gives up a connection when an answer begins before it has noticed that its own
request is out, which happens on a busy machine, as answers here take less than a millisecond.
What has arrived by then is still read. Of an answer in pieces that was the head alone: the AWS
provider sent its request again, and what it had made existed twice.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

import h11
from hypercorn.events import RawData
from hypercorn.protocol.h11 import H11Protocol, H11SendableEvent

LONGEST_BYTES = 64 * 1024


def apply() -> None:
    """Let every server of this process answer so."""
    pieces: WeakKeyDictionary[H11Protocol, bytes] = WeakKeyDictionary()

    async def send(protocol: H11Protocol, event: H11SendableEvent) -> None:
        held = pieces.pop(protocol, b"")
        try:
            held += protocol.connection.send(event) or b""
        except h11.LocalProtocolError:
            if protocol.connection.their_state != h11.ERROR:
                raise
            return
        if isinstance(event, h11.Response | h11.Data) and len(held) < LONGEST_BYTES:
            pieces[protocol] = held
        else:
            await protocol.send(RawData(data=held))

    H11Protocol._send_h11_event = send
