"""The index: no entry is lost among types that race for it, and none goes back in time."""

from __future__ import annotations

import io
import random
from base64 import b64encode
from collections.abc import Callable, Collection
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given, settings, strategies as st

from common.errors import ConflictError, SettingsError, VisAssisError
from common.model_index import INDEX_KEY, Entry, Envelope, Index, IndexInvalid, Model, parse
from promote_model import build, index_writer
from promote_model.index_writer import IndexTooLarge, IndexWriter
from promote_model.p256 import ORDER
from promote_model.reconcile import reconcile
from promote_model.signing import SignatureInvalid, SigningKey
from tests.fakes.client import client_error
from tests.fakes.clock import Clock
from tests.fakes.indexes import dump
from tests.fakes.kms import FakeKms
from tests.fakes.promotion_world import GROUP, LIFETIME, LOGGER, PRODUCTION, SWEEP, TYPE, World
from tests.fakes.s3 import FakeS3

SCHEDULES = 50
TIMES = b'"issued_at": "2026-01-01T00:00:00Z", "expires_at": "2026-01-02T00:00:00Z", '
TYPES = [f"type-{number:02}" for number in range(20)]
FORGER = FakeKms("5e6f").key()
DER = encode_dss_signature(2**255, 1)
SPKI = b64encode(FakeKms().public_der()).decode()
PAIRS: list[Callable[[int, int], tuple[int, int]]] = [
    lambda r, s: (r, s),
    lambda r, s: (r, ORDER - s),
    lambda r, s: (s, r),
    lambda r, s: (r, s ^ 1),
    lambda r, _: (r, 0),
    lambda _, s: (0, s),
    lambda r, _: (r, ORDER),
    lambda _, s: (ORDER, s),
]


def _payload(envelope: Envelope, payload: bytes) -> Envelope:
    return replace(envelope, payload=payload)


FORGED: dict[str, Callable[[Envelope], Envelope]] = {
    "another payload": lambda found: _payload(found, found.payload.replace(b"package", b"Package")),
    "a flipped bit": lambda found: replace(found, signature=bytes([1]) * 64),
    "a short signature": lambda found: replace(found, signature=b"1"),
    "no signature": lambda found: Envelope(found.payload),
    "an unknown key": lambda found: FORGER.sign(found.payload),
    "an unknown key under our name": lambda found: replace(
        FORGER.sign(found.payload), key_id=found.key_id
    ),
}


def entry(sequence: int, name: str = "x") -> Entry:
    key, since = f"{name}/m.zip", "2026-01-01"
    return Entry(sequence, Model("registry", key, "v", "e", sequence, "ab", since, sequence))


def write(
    s3: Any, item: Entry, kind: str = TYPE, types: Collection[str] = (TYPE, "tts", *TYPES)
) -> None:
    writer = IndexWriter(s3, PRODUCTION, types, None, LIFETIME, Clock(), LOGGER)
    writer.write(kind, item, from_records=dict)


class Interrupted:
    """As much of S3 as the index needs; somebody may do something between a read and a write."""

    def __init__(self, meanwhile: Callable[[], None]) -> None:
        self.meanwhile = meanwhile
        self.body, self.writes = b"", 0

    def get_object(self, **_: Any) -> Any:
        if not self.writes:
            raise client_error("NoSuchKey", "GetObject")
        return {"Body": io.BytesIO(self.body), "ETag": str(self.writes)}

    def put_object(self, **call: Any) -> None:
        self.meanwhile()
        if self.writes and call.get("IfMatch") != str(self.writes):
            raise client_error("PreconditionFailed", "PutObject")
        if not self.writes and call.get("IfNoneMatch") != "*":
            raise client_error("NoSuchKey", "PutObject")
        self.body, self.writes = call["Body"], self.writes + 1


@pytest.mark.parametrize("seed", range(SCHEDULES))
def test_no_entry_is_lost_in_any_schedule(seed: int) -> None:
    """20 types write; between the read and the write of each, others may come and go."""
    chance = random.Random(seed)  # noqa: S311 - the same schedules in each run
    waiting = chance.sample(TYPES, len(TYPES))

    def one() -> None:
        kind = waiting.pop()
        write(s3, entry(1, kind), kind)

    def others() -> None:
        while waiting and chance.random() < 0.6:
            one()

    s3 = Interrupted(others)
    while waiting:
        one()
    assert parse(s3.body) == {kind: entry(1, kind) for kind in TYPES}


def test_a_field_that_a_later_release_adds_is_left_out() -> None:
    """Promotion is updated before the API."""
    payload = Envelope.parse(dump({TYPE: entry(1)})).payload
    content = Envelope(payload.replace(b'"key"', b'"added": 1, "key"')).dump()
    assert parse(content) == {TYPE: entry(1)}


def test_an_older_decision_is_not_put_back() -> None:
    s3 = FakeS3(Clock(), PRODUCTION)
    write(s3, entry(5))
    with pytest.raises(ConflictError, match="a later decision about depth"):
        write(s3, entry(4))
    write(s3, entry(1), "tts")


def test_a_type_that_left_the_catalogue_leaves_the_index() -> None:
    s3 = FakeS3(Clock(), PRODUCTION)
    for kind in ("depth", "tts"):
        write(s3, entry(1, kind), kind)
    write(s3, entry(1, "tts"), "tts", types=["tts"])
    assert parse(s3.get_object(Bucket=PRODUCTION, Key=INDEX_KEY)["Body"].read()) == {
        "tts": entry(1, "tts")
    }


def test_an_index_that_no_answer_holds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    s3 = FakeS3(Clock(), PRODUCTION)
    write(s3, entry(1))
    monkeypatch.setattr(index_writer, "MOST_BYTES", 400)
    with pytest.raises(IndexTooLarge, match="at most 400: serve fewer types"):
        write(s3, entry(1, "tts"), "tts")
    write(s3, entry(1))


@pytest.mark.parametrize("error", ["PreconditionFailed", "ConditionalRequestConflict"])
def test_a_lost_race_starts_again_from_the_read(error: str) -> None:
    s3 = FakeS3(Clock(), PRODUCTION)
    s3.inject("PutObject", error, times=3)
    write(s3, entry(1))
    write(s3, entry(1))
    calls = [operation for operation, _ in s3.history]
    assert (calls.count("GetObject"), calls.count("PutObject")) == (5, 1)
    s3.inject("PutObject", error, times=index_writer.ATTEMPTS)
    with pytest.raises(ConflictError, match="was changed"):
        write(s3, entry(2))


@pytest.mark.parametrize("operation", ["GetObject", "PutObject"])
def test_any_other_fault_is_raised(operation: str) -> None:
    s3 = FakeS3(Clock(), PRODUCTION)
    s3.inject(operation, "AccessDenied")
    with pytest.raises(Exception, match="AccessDenied"):
        write(s3, entry(1))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b'{"schema": 1, "types": {}}',
        b'{"schema": 2, "payload": 1, "signature": null, "key_id": null}',
        b'{"schema": 2, "payload": "e30=", "signature": null, "key_id": 1}',
        *(
            Envelope(b'{"schema": 2, "sequence": 1, ' + TIMES + b'"types": ' + types).dump()
            for types in (
                b"[]}",
                b'{"depth": {"sequence": Infinity, "model": null}}}',
                b'{"depth": {"sequence": 1, "model": {"key": "k"}}}}',
                b"[" * 100_000,
            )
        ),
        Envelope(Envelope.parse(dump({TYPE: entry(1)})).payload.replace(b'"x/m.zip"', b"0")).dump(),
        b"\xff\xfe",
    ],
)
def test_a_broken_index_is_named_and_rebuilt_from_the_records(content: bytes) -> None:
    with pytest.raises(IndexInvalid, match="delete it"):
        parse(content)
    world = World()
    world.approved()
    world.run()
    before = world.entry()
    world.s3.put_object(Bucket=PRODUCTION, Key=INDEX_KEY, Body=content)
    world.run()
    assert world.entry() == before


@pytest.mark.parametrize("is_index_lost", [False, True])
@pytest.mark.parametrize("is_restored", [False, True])
def test_a_lost_or_restored_record_does_not_stop_the_sequence(
    *, is_restored: bool, is_index_lost: bool
) -> None:
    world = World()
    for _ in range(3):
        world.approved()
        world.run()
    before, bucket = world.entry(), world.s3.buckets[PRODUCTION]
    del bucket.versions[f"promotions/{TYPE}.json"][2 if is_restored else 0 :]
    if is_index_lost:
        del bucket.versions[INDEX_KEY]
    world.clock.advance()
    world.run()
    after = world.entry()
    assert before is not None
    assert after is not None
    assert after.sequence > before.sequence
    assert world.shown() == b"package 3"
    world.run(world.reject(3))
    assert world.shown() == b"package 2"


def test_what_ended_while_the_record_was_lost_is_withdrawn_under_a_new_sequence() -> None:
    """A client that holds the sequence before would keep the model."""
    world = World()
    world.approved()
    world.run()
    before = world.entry()
    world.reject(1)
    del world.s3.buckets[PRODUCTION].versions[f"promotions/{TYPE}.json"]
    world.run()
    after = world.entry()
    assert before is not None
    assert after is not None
    assert (after.sequence > before.sequence, after.model) == (True, None)


def test_a_key_that_does_not_work_lets_no_run_forget_what_it_saw() -> None:
    world = World()
    world.approved()
    world.run()
    bucket, key = world.s3.buckets[PRODUCTION], f"promotions/{TYPE}.json"
    before = bucket.current(key)
    event = world.reject(1)
    world.kms.inject("Sign", "DisabledException")
    with pytest.raises(Exception, match="DisabledException"):
        world.run(event)
    after = bucket.current(key)
    assert before is not None
    assert after is not None
    assert before.body != after.body
    world.run()
    assert world.shown() is None


class TestSigning:
    """What the key did not sign is not built upon, and what it signed is renewed in time."""

    def index(self, world: World) -> Index:
        index, _ = world.index().read()
        assert index is not None
        return index

    def envelope(self, world: World) -> Envelope:
        stored = world.s3.buckets[PRODUCTION].current(INDEX_KEY)
        assert stored is not None
        return Envelope.parse(stored.body or b"")

    def test_the_signature_is_over_the_payload_as_webcrypto_takes_it(self) -> None:
        world = World()
        world.approved()
        world.run()
        envelope = self.envelope(world)
        signature = envelope.signature or b""
        r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
        key = world.kms.private.public_key()
        key.verify(encode_dss_signature(r, s), envelope.payload, ec.ECDSA(hashes.SHA256()))
        assert envelope.key_id == world.kms.id

    @settings(max_examples=50, deadline=None)
    @given(
        st.sampled_from(PAIRS),
        st.sampled_from([1, 2, ORDER - 1]) | st.integers(1, ORDER - 1),
        st.binary(max_size=8),
    )
    def test_it_takes_the_signatures_that_openssl_takes(
        self, forge: Callable[[int, int], tuple[int, int]], private: int, payload: bytes
    ) -> None:
        kms = FakeKms()
        kms.private = ec.derive_private_key(private, ec.SECP256R1())
        envelope = kms.key().sign(payload)
        signature = envelope.signature or b""
        r, s = forge(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
        public, is_signature = kms.private.public_key(), True
        try:
            public.verify(encode_dss_signature(r, s), payload, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            is_signature = False
        forged = replace(envelope, signature=r.to_bytes(32) + s.to_bytes(32))
        assert kms.key().signed(forged) == is_signature

    @pytest.mark.parametrize("der", [b"", DER, DER[:-1], b"\x30" * 80])
    def test_what_is_not_its_signature_is_not_published(self, der: bytes) -> None:
        kms = SimpleNamespace(sign=lambda **_: {"Signature": der})
        with pytest.raises(SignatureInvalid, match="no signature by 5e6f"):
            replace(FORGER, kms=kms).sign(b"{}")

    @pytest.mark.parametrize("text", ["1f2e", "1f2e=?", "1f2e=MFkw", "=" + SPKI, SPKI])
    def test_a_key_of_another_kind_is_named(self, text: str) -> None:
        with pytest.raises(SettingsError, match="SIGNING_KEY is "):
            SigningKey.parse(None, text)

    @pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
    def test_a_forged_index_is_rebuilt_from_the_records(
        self, forge: Callable[[Envelope], Envelope]
    ) -> None:
        world = World()
        world.approved()
        world.run()
        before, envelope = self.index(world), self.envelope(world)
        content = forge(envelope).dump()
        world.s3.put_object(Bucket=PRODUCTION, Key=INDEX_KEY, Body=content)
        world.clock.advance()
        world.run()
        assert self.index(world).entries == before.entries
        assert self.index(world).sequence > before.sequence

    def test_another_key_signs_anew_and_no_key_takes_the_signature_away(self) -> None:
        world = World()
        world.approved()
        world.run()
        entries, world.kms = self.index(world).entries, FakeKms("3c4d")
        world.run()
        assert (self.envelope(world).key_id, self.index(world).entries) == ("3c4d", entries)
        place = world.place()
        reconcile(replace(place, index=replace(place.index, key=None)), TYPE, SWEEP)
        assert (self.envelope(world).signature, self.envelope(world).key_id) == (None, None)

    def test_half_of_the_lifetime_is_always_left(self) -> None:
        world = World()
        world.approved()
        world.run()
        first = self.index(world)
        world.clock.advance(LIFETIME.total_seconds() / 2)
        world.run()
        assert self.index(world) == first
        world.clock.advance()
        world.run()
        renewed = self.index(world)
        assert renewed.expires_at == world.clock() + LIFETIME
        assert (renewed.entries, renewed.sequence) == (
            first.entries,
            int(world.clock().timestamp()),
        )

    def test_the_sequence_grows_within_a_second_too(self) -> None:
        world = World(tick=0)
        seen = []
        for _ in range(3):
            world.approved()
            world.run()
            seen.append(self.index(world).sequence)
        assert seen == [seen[0], seen[0] + 1, seen[0] + 2]

    def test_nothing_is_asked_of_kms_at_rest(self) -> None:
        world = World()
        world.approved()
        world.run()
        world.kms.history.clear()
        world.run()
        assert world.kms.history == []

    def test_a_key_that_fails_keeps_what_was_there(self) -> None:
        world = World()
        world.approved()
        world.run()
        world.approved()
        world.kms.inject("Sign", "DisabledException")
        with pytest.raises(Exception, match="DisabledException"):
            world.run()
        assert world.shown() == b"package 1"
        world.run()
        assert world.shown() == b"package 2"


class TestBuild:
    """What an apply asks for, before it updates the API that reads the index."""

    def build(self, world: World, slept: list[float] | None = None) -> dict[str, str]:
        world.registry.packages["empty"] = {}
        world.groups = {"a": "empty", TYPE: GROUP}
        pauses = [] if slept is None else slept
        return build.build_index(world.place(), sleep=pauses.append)["failed"]

    def test_every_type_is_reconciled(self) -> None:
        world = World()
        world.approved()
        slept: list[float] = []
        assert self.build(world, slept) == {}
        assert (world.shown(), slept) == (b"package 1", [0])
        index, _ = world.index().read()
        assert index is not None
        assert index.entries["a"] == Entry(0, None)

    def test_rights_that_come_late_are_waited_for(self) -> None:
        world, slept = World(), list[float]()
        world.s3.inject("GetObject", "AccessDenied", times=2)
        assert self.build(world, slept) == {}
        assert slept == [0, 5]

    def test_what_one_type_lacks_stops_no_apply(self) -> None:
        world = World()
        world.approved(body=b"", described=False)
        self.build(world)
        world.s3.put_object(Bucket=PRODUCTION, Key="promotions/a.json", Body=b"{")
        assert list(self.build(world)) == ["a"]
        assert world.entry() == Entry(0, None)

    def test_without_an_index_the_apply_fails(self) -> None:
        world, slept = World(), list[float]()
        world.s3.inject("PutObject", "AccessDenied", times=99)
        with pytest.raises(VisAssisError, match=r"index\.json could not be written .*depth: "):
            self.build(world, slept)
        assert slept == [0, *build.WAITS_SECONDS]
