"""KMS with one key on P-256; the cryptography is real."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from promote_model.signing import SigningKey
from tests.fakes.client import FakeClient

ALGORITHM = ec.ECDSA(Prehashed(SHA256()))


class FakeKms(FakeClient):
    """Signs digests, and nothing else."""

    service = "kms"

    def __init__(self, key_id: str = "1f2e") -> None:
        super().__init__()
        self.id = key_id
        self.private = ec.generate_private_key(ec.SECP256R1())

    def public_der(self) -> bytes:
        form = PublicFormat.SubjectPublicKeyInfo
        return self.private.public_key().public_bytes(Encoding.DER, form)

    def key(self) -> SigningKey:
        return SigningKey.parse(self, f"{self.id}={b64encode(self.public_der()).decode()}")

    def _sign(self, **call: Any) -> Any:
        digest = ("DIGEST", "ECDSA_SHA_256", 32)
        assert (call["MessageType"], call["SigningAlgorithm"], len(call["Message"])) == digest
        assert call["KeyId"] == self.id
        return {"Signature": self.private.sign(call["Message"], ALGORITHM)}
