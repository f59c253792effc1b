"""Signs the index with a key of KMS, and knows its own signatures again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from common.aws_errors import code
from common.errors import VisAssisError
from common.model_index import Envelope

_COORDINATE = 32
"""Bytes of r and s on P-256."""


class SignatureInvalid(VisAssisError):  # noqa: N818 - named after what was found
    """KMS answered something else than a signature on P-256."""


@dataclass(frozen=True)
class SigningKey:
    """An asymmetric key on P-256.

    Attributes:
        alias: of the key; KMS answers with its id.
        known: the last envelope that was found to be signed by it: most runs meet it again.
    """

    kms: Any
    alias: str
    known: set[Envelope] = field(default_factory=set, compare=False)

    def sign(self, payload: bytes) -> Envelope:
        """The payload with a signature over it."""
        answer = self.kms.sign(**self._message(payload))
        return Envelope(payload, raw_signature(answer["Signature"]), _id_in(answer))

    def signed(self, envelope: Envelope) -> bool:
        """Whether this key signed the envelope."""
        if envelope in self.known:
            return True
        signature = envelope.signature or b""
        if len(signature) != 2 * _COORDINATE:
            return False
        der = der_signature(signature)
        try:
            answer = self.kms.verify(**self._message(envelope.payload), Signature=der)
        except ClientError as error:
            if code(error) == "KMSInvalidSignatureException":
                return False
            raise
        if envelope.key_id != _id_in(answer):
            return False
        self.known.clear()
        self.known.add(envelope)
        return True

    def _message(self, payload: bytes) -> dict[str, Any]:
        return {
            "KeyId": self.alias,
            "Message": hashlib.sha256(payload).digest(),
            "MessageType": "DIGEST",
            "SigningAlgorithm": "ECDSA_SHA_256",
        }


def _id_in(answer: Mapping[str, Any]) -> str:
    return str(answer["KeyId"]).rpartition("/")[2]


def raw_signature(der: bytes) -> bytes:
    """r and s, 32 bytes each, as WebCrypto takes them, of a signature in DER, as KMS gives it.

    Raises:
        SignatureInvalid: when it is anything but a sequence of two such numbers.
    """
    try:
        numbers, position = [], 2
        for _ in range(2):
            length = der[position + 1]
            content = der[position + 2 : position + 2 + length]
            numbers.append(int.from_bytes(content).to_bytes(_COORDINATE))
            position += 2 + length
        raw = b"".join(numbers)
        if der_signature(raw) == der:
            return raw
    except (IndexError, OverflowError):
        pass
    raise SignatureInvalid(f"KMS answered {len(der)} bytes that are no ECDSA signature on P-256")


def der_signature(raw: bytes) -> bytes:
    """A signature of r and s in DER; each number in its one shortest form."""
    numbers = b""
    for part in (raw[:_COORDINATE], raw[_COORDINATE:]):
        value = int.from_bytes(part)
        # One more bit than the number has: DER's integers carry a sign.
        content = value.to_bytes(value.bit_length() // 8 + 1)
        numbers += bytes([2, len(content)]) + content
    return bytes([0x30, len(numbers)]) + numbers
