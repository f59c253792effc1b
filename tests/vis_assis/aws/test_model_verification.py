"""No attack on the production bucket passes `vis-assis verify-models`."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from common.model_index import INDEX_KEY, Envelope, Index
from promote_model.production import ARN_TAG
from tests.fakes.kms import FakeKms
from tests.fakes.promotion_world import LIFETIME, PRODUCTION, TYPE, World
from vis_assis.aws.model_verification import verify
from vis_assis.errors import CommandError


class Signed(World):
    """A bucket with a served version that somebody may write to as they like."""

    def __init__(self) -> None:
        super().__init__()
        self.approved(b"one")
        self.run()
        self.at_least = 0
        self.trusted = {self.kms.id: self.kms.public_der()}

    def problems(self) -> list[str]:
        try:
            found = verify(
                self.s3, PRODUCTION, self.trusted, now=self.clock(), at_least=self.at_least
            )
        except CommandError as error:
            return [str(error)]
        return found.problems

    def put(self, envelope: Envelope | bytes) -> None:
        body = envelope if isinstance(envelope, bytes) else envelope.dump()
        self.s3.put_object(Bucket=PRODUCTION, Key=INDEX_KEY, Body=body)

    def content(self) -> bytes:
        stored = self.s3.buckets[PRODUCTION].current(INDEX_KEY)
        assert stored is not None
        return stored.body or b""

    def envelope(self) -> Envelope:
        return Envelope.parse(self.content())

    def changed(self, change: Callable[[Any], object]) -> Envelope:
        """The envelope with another payload."""
        document = json.loads(self.envelope().payload)
        change(document["types"])
        return replace(self.envelope(), payload=json.dumps(document).encode())

    def overwrite(self, key: str, **put: Any) -> None:
        """What somebody does who can write in place: the version keeps its id."""
        version = self.s3.buckets[PRODUCTION].current(key)
        assert version is not None
        for name, value in put.items():
            setattr(version, name, value)


def flipped_byte(world: Signed) -> None:
    payload = bytearray(world.envelope().payload)
    payload[len(payload) // 2] ^= 1
    world.put(replace(world.envelope(), payload=bytes(payload)))


def swapped_types(world: Signed) -> None:
    world.put(world.changed(lambda types: types.update(tts=types.pop(TYPE))))


def promoted_swap(world: Signed) -> None:
    """Even if the key signed it."""
    index = Index.parse(world.envelope().payload)
    swapped = replace(index, entries={"tts": index.entries[TYPE]})
    world.put(world.kms.key().sign(swapped.dump()))


def replayed(world: Signed) -> None:
    older = world.content()
    world.approved(b"two")
    world.run()
    world.put(older)


def replayed_without_a_trace(world: Signed) -> None:
    older = world.content()
    world.approved(b"two")
    world.run()
    world.at_least = Index.parse(world.envelope().payload).sequence
    world.put(older)
    del world.s3.buckets[PRODUCTION].versions[INDEX_KEY][:-1]


def expired(world: Signed) -> None:
    world.clock.advance(LIFETIME.total_seconds() + 1)


def unknown_key(world: Signed) -> None:
    world.put(FakeKms("5e6f").key().sign(world.envelope().payload))


def unknown_key_under_a_known_name(world: Signed) -> None:
    forged = FakeKms("5e6f").key().sign(world.envelope().payload)
    world.put(replace(forged, key_id=world.envelope().key_id))


def files_extended(world: Signed) -> None:
    def extend(types: Any) -> None:
        files = types[TYPE]["model"]["files"]
        files.append({**files[0], "path": "more.onnx"})

    world.put(world.changed(extend))


def other_signature(world: Signed) -> None:
    before = world.envelope()
    world.approved(b"two")
    world.run()
    world.put(replace(world.envelope(), signature=before.signature))


def no_signature(world: Signed) -> None:
    world.put(Envelope(world.envelope().payload))


def zip_overwritten(world: Signed) -> None:
    world.s3.put_object(Bucket=PRODUCTION, Key=world.model().key, Body=b"forged")


def zip_in_place(world: Signed) -> None:
    body = world.served().body or b""
    world.overwrite(world.model().key, body=body[:-1] + b"!")


def file_overwritten(world: Signed) -> None:
    key = world.model().files[1].stored.key
    world.s3.put_object(Bucket=PRODUCTION, Key=key, Body=b"forged")


def file_in_place(world: Signed) -> None:
    stored = world.model().files[1].stored
    world.overwrite(stored.key, body=b"?" * stored.bytes)


def file_deleted(world: Signed) -> None:
    world.s3.delete_object(Bucket=PRODUCTION, Key=world.model().files[0].stored.key)


def forged_tags(world: Signed) -> None:
    world.overwrite(world.model().key, tags={ARN_TAG: "arn:of:another"})


def not_json(world: Signed) -> None:
    world.put(b"[]")


def no_index(world: Signed) -> None:
    world.s3.delete_object(Bucket=PRODUCTION, Key=INDEX_KEY)


ATTACKS: dict[Callable[[Signed], None], str] = {
    flipped_byte: "not what",
    swapped_types: "not what",
    promoted_swap: "tts: the index names the zip of another type",
    replayed: "there was one with",
    replayed_without_a_trace: "there was one with",
    expired: "expired",
    unknown_key: "names the key 5e6f",
    unknown_key_under_a_known_name: "not what",
    files_extended: "not what",
    other_signature: "not what",
    no_signature: "not signed",
    zip_overwritten: "was overwritten",
    zip_in_place: "is not what the index says",
    file_overwritten: "was overwritten",
    file_in_place: "does not hold what",
    file_deleted: "was deleted",
    forged_tags: "tags",
    not_json: "not a model index",
    no_index: "is not there",
}


def test_what_promotion_signed_is_as_it_should_be() -> None:
    world = Signed()
    assert world.problems() == []
    world.upload(b"by hand")
    world.run()
    assert world.problems() == []
    world.clock.advance(timedelta(days=8).total_seconds())
    world.run()
    assert world.problems() == []


@pytest.mark.parametrize(
    ("attack", "said"), ATTACKS.items(), ids=lambda item: getattr(item, "__name__", "")
)
def test_an_attack_is_noticed(attack: Callable[[Signed], None], said: str) -> None:
    world = Signed()
    attack(world)
    assert said in world.problems()[0]


@pytest.mark.parametrize("is_other", [False, True])
def test_a_file_list_that_is_not_the_zips_is_noticed_even_if_it_is_signed(
    *, is_other: bool
) -> None:
    """One file less, or the file of another model under the same path and with the same size."""
    world = Signed()
    model, files = world.model(), world.model().files[:1]
    if is_other:
        world.approved(b"two")
        world.run()
        files = world.model().files
    index = Index.parse(world.envelope().payload)
    entry = replace(index.entries[TYPE], model=replace(model, files=files))
    world.put(world.kms.key().sign(replace(index, entries={TYPE: entry}).dump()))
    assert world.problems()[-1] == "depth: the index lists other files than the zip"


def test_without_keys_any_index_is_read() -> None:
    world = Signed()
    world.trusted = {}
    no_signature(world)
    assert world.problems() == []
