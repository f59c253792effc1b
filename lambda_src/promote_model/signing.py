"""Signs the index with a key of KMS, and knows its own signatures again by the public half."""

from __future__ import annotations

import hashlib
from base64 import b64decode
from dataclasses import dataclass, field
from typing import Any, Self

from common.errors import SettingsError, VisAssisError
from common.model_index import Envelope
from promote_model import p256

_COORDINATE = 32
"""Bytes of a coordinate, of r and of s."""
_HEADER = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")
"""What a SubjectPublicKeyInfo of an uncompressed point on P-256 begins with (RFC 5480)."""


class SignatureInvalid(VisAssisError):  # noqa: N818 - named after what was found
    """KMS answered something else than a signature by the key."""


@dataclass(frozen=True)
class SigningKey:
    """An asymmetric key on P-256.

    Attributes:
        id: of the key in KMS.
        public: its public half.
    """

    kms: Any = field(repr=False)
    id: str
    public: p256.Point

    @classmethod
    def parse(cls, kms: Any, text: str) -> Self:
        """The key that front ends know as `{id}={base64 of SubjectPublicKeyInfo}`.

        Raises:
            SettingsError: when the text is none.
        """
        key_id, _, encoded = text.partition("=")
        try:
            point = b64decode(encoded, validate=True).removeprefix(_HEADER)
        except ValueError:
            point = b""
        if not key_id or len(point) != 2 * _COORDINATE:
            raise SettingsError(
                f"environment variable SIGNING_KEY is {text!r}, no key on P-256: apply again"
            )
        return cls(kms, key_id, _halves(point))

    def sign(self, payload: bytes) -> Envelope:
        """The payload with a signature over it.

        Raises:
            SignatureInvalid: when KMS answered none by this key.
        """
        answer = self.kms.sign(
            KeyId=self.id,
            Message=hashlib.sha256(payload).digest(),
            MessageType="DIGEST",
            SigningAlgorithm="ECDSA_SHA_256",
        )
        envelope = Envelope(payload, raw_signature(answer["Signature"]), self.id)
        if not self.signed(envelope):
            raise SignatureInvalid(f"KMS answered no signature by {self.id}, or not on P-256")
        return envelope

    def signed(self, envelope: Envelope) -> bool:
        """Whether this key signed the envelope."""
        signature = envelope.signature or b""
        if envelope.key_id != self.id or len(signature) != 2 * _COORDINATE:
            return False
        digest = int.from_bytes(hashlib.sha256(envelope.payload).digest())
        return p256.is_signature(self.public, digest, *_halves(signature))


def raw_signature(der: bytes) -> bytes:
    """r and s, 32 bytes each, as WebCrypto takes them, of a signature in DER, as KMS gives it.

    Of other bytes it makes something that is no signature.
    """
    r_end = 4 + der[3] if len(der) > 3 else 0
    parts = (der[4:r_end], der[r_end + 2 :])
    return b"".join(part[-_COORDINATE:].rjust(_COORDINATE, b"\0") for part in parts)


def _halves(content: bytes) -> tuple[int, int]:
    return int.from_bytes(content[:_COORDINATE]), int.from_bytes(content[_COORDINATE:])
