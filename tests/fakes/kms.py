"""KMS with one key on P-256; the cryptography is real."""

from __future__ import annotations

from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.fakes.client import FakeClient, client_error

ALGORITHM = ec.ECDSA(Prehashed(SHA256()))


class FakeKms(FakeClient):
    """Signs and verifies digests, and nothing else."""

    service = "kms"

    def __init__(self, key_id: str = "1f2e") -> None:
        super().__init__()
        self.arn = f"arn:aws:kms:eu-west-1:123456789012:key/{key_id}"
        self.alias = "alias/signing"
        self.private = ec.generate_private_key(ec.SECP256R1())

    def public_der(self) -> bytes:
        form = PublicFormat.SubjectPublicKeyInfo
        return self.private.public_key().public_bytes(Encoding.DER, form)

    def _sign(self, **call: Any) -> Any:
        self._expect(call)
        return {"KeyId": self.arn, "Signature": self.private.sign(call["Message"], ALGORITHM)}

    def _verify(self, **call: Any) -> Any:
        self._expect(call)
        try:
            self.private.public_key().verify(call["Signature"], call["Message"], ALGORITHM)
        except InvalidSignature:
            raise client_error("KMSInvalidSignatureException", "Verify") from None
        return {"KeyId": self.arn, "SignatureValid": True}

    def _expect(self, call: dict[str, Any]) -> None:
        digest = ("DIGEST", "ECDSA_SHA_256", 32)
        assert (call["MessageType"], call["SigningAlgorithm"], len(call["Message"])) == digest
        assert call["KeyId"] == self.alias
