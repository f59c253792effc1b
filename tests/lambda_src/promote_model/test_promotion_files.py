"""Each file of a model is there once, under its content, and opens to just that."""

from __future__ import annotations

import hashlib
import io
import json
import random
import tracemalloc
import zipfile
import zlib
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from common.errors import ConflictError
from common.model_index import CHUNK_BYTES, FILES, INDEX_KEY, File
from common.s3_source import pin
from promote_model.artifact import look_into
from promote_model.errors import Refused
from promote_model.files import HEADERS, NoStream, inflated, publish
from promote_model.reconcile import UNUSED_FOR
from tests.fakes.client import Crash
from tests.fakes.clock import Clock
from tests.fakes.model_zips import MODEL
from tests.fakes.promotion_world import OUTPUT, PRODUCTION, World
from tests.fakes.s3 import FakeS3

DAY = UNUSED_FOR.total_seconds()
LARGE = random.Random(1).randbytes(9 << 20)  # noqa: S311 - the same bytes in each run


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return buffer.getvalue()


def published(s3: FakeS3, body: bytes) -> tuple[File, ...]:
    s3.put_object(Bucket=OUTPUT, Key="m.zip", Body=body)
    source = pin(s3, OUTPUT, "m.zip")
    return publish(s3, PRODUCTION, source, look_into(s3, source))


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def check(s3: FakeS3, file: File, plain: bytes) -> None:
    """What is said of the file holds for the object, and a browser opens it."""
    object_ = s3.buckets[PRODUCTION].find(file.stored.key, file.stored.version_id, "GetObject")
    body = object_.body or b""
    chunks = [body[at : at + CHUNK_BYTES] for at in range(0, len(body), CHUNK_BYTES)]
    assert file.stored.key == f"{FILES}{sha256(plain)}"
    assert (file.sha256, file.bytes) == (sha256(plain), len(plain))
    assert (file.stored.sha256, file.stored.bytes) == (sha256(body), len(body))
    assert file.stored.chunks == tuple(map(sha256, chunks))
    assert zlib.decompress(body, wbits=-15) == plain
    assert object_.headers == HEADERS


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_every_file_is_there_whatever_its_size_and_method(method: int) -> None:
    files = {MODEL: LARGE, "config.json": b"{}", "a/empty.txt": b"", "z.bin": b"0" * CHUNK_BYTES}
    s3 = FakeS3(Clock(), OUTPUT, PRODUCTION)
    found = published(s3, packed({"onnx/": b"", **files}, method))
    assert [file.path for file in found] == sorted(files)
    for file in found:
        check(s3, file, files[file.path])
    assert s3.uploads == {}


def test_a_deflated_file_is_stored_as_it_is() -> None:
    s3 = FakeS3(Clock(), OUTPUT, PRODUCTION)
    body = packed({MODEL: b"abc" * 1000}, zipfile.ZIP_DEFLATED)
    (file,) = published(s3, body)
    stored = s3.buckets[PRODUCTION].find(file.stored.key, file.stored.version_id, "GetObject").body
    assert stored
    assert stored in body


def test_a_file_is_stored_once_whoever_has_it_and_however_it_was_packed() -> None:
    s3 = FakeS3(Clock(), OUTPUT, PRODUCTION)
    content = b"shared" * 500
    first = published(s3, packed({MODEL: content, "copy.onnx": content}))
    second = published(s3, packed({MODEL: content}, zipfile.ZIP_DEFLATED))
    assert len({file.stored for file in (*first, *second)}) == 1
    assert len(s3.buckets[PRODUCTION].versions[first[0].stored.key]) == 1


@pytest.mark.parametrize(
    "put", [{"Body": b"forged"}, {"Body": zlib.compress(b"x", wbits=-15)}, {"ContentEncoding": "x"}]
)
def test_an_object_that_does_not_hold_the_file_is_replaced(put: dict[str, Any]) -> None:
    s3 = FakeS3(Clock(), OUTPUT, PRODUCTION)
    plain = b"model"
    stored = {"Body": zlib.compress(plain, wbits=-15)} | put
    s3.put_object(Bucket=PRODUCTION, Key=f"{FILES}{sha256(plain)}", **stored)
    (file,) = published(s3, packed({MODEL: plain}))
    check(s3, file, plain)


def test_two_runs_that_store_the_same_file_do_not_both_win() -> None:
    s3 = FakeS3(Clock(), OUTPUT, PRODUCTION)
    s3.inject("CompleteMultipartUpload", "PreconditionFailed")
    with pytest.raises(ConflictError, match="trying again"):
        published(s3, packed({MODEL: LARGE}))
    assert s3.uploads == {}


def test_memory_stays_bounded() -> None:
    s3 = FakeS3(Clock(), OUTPUT, PRODUCTION)
    s3.put_object(Bucket=OUTPUT, Key="m.zip", Body=packed({MODEL: bytes(192 << 20)}))
    source = pin(s3, OUTPUT, "m.zip")
    tracemalloc.start()
    publish(s3, PRODUCTION, source, look_into(s3, source))
    assert tracemalloc.get_traced_memory()[1] < 40 << 20
    tracemalloc.stop()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_flipped_byte_is_refused(method: int) -> None:
    """The directory of the zip is whole; only its content is not."""
    body = bytearray(packed({MODEL: b"some content of a model" * 9}, method))
    body[30 + len(MODEL) + 5] ^= 1
    with pytest.raises(Refused, match=f"'{MODEL}' is damaged"):
        published(FakeS3(Clock(), OUTPUT, PRODUCTION), bytes(body))


@given(st.binary(max_size=300), st.integers(1, 40), st.binary(max_size=3), st.integers(0, 5))
@settings(max_examples=300)
def test_a_stream_opens_to_its_bytes_or_is_refused(
    plain: bytes, step: int, behind: bytes, cut: int
) -> None:
    stream = zlib.compress(plain, wbits=-15)
    # Not both: the bits behind the end in the last byte may be any.
    sent = stream[: len(stream) - cut] if cut else stream + behind
    pieces = [sent[at : at + step] for at in range(0, len(sent), step)]
    if sent == stream:
        assert b"".join(inflated(pieces, len(plain))) == plain
    else:
        with pytest.raises(NoStream):
            assert b"".join(inflated(pieces, len(plain))) != plain


def test_a_bomb_is_unpacked_no_further_than_it_says() -> None:
    bomb = zlib.compress(bytes(64 << 20), wbits=-15)
    taken = 0
    with pytest.raises(NoStream, match="more than 5 bytes"):
        for piece in inflated([bomb], 5):
            taken += len(piece)
    assert taken == 0


class TestRemoval:
    """A file goes a day after it was stored at the earliest, and only when nothing needs it."""

    def files(self, world: World) -> list[str]:
        keys = world.s3.buckets[PRODUCTION].live_keys()
        return [key.removeprefix(FILES) for key in keys if key.startswith(FILES)]

    def test_what_is_served_stays_and_the_rest_goes(self) -> None:
        world = World()
        for name in (b"one", b"two"):
            world.approved(name)
            world.run()
        both = sorted(map(sha256, (b"one", b"two", b"{}")))
        assert self.files(world) == both
        world.clock.advance(DAY - 10)
        world.run()
        assert self.files(world) == both
        world.clock.advance(20)
        world.run()
        assert self.files(world) == sorted(map(sha256, (b"two", b"{}")))

    def test_a_rollback_brings_the_files_back(self) -> None:
        world = World()
        for name in (b"one", b"two"):
            version = world.approved(name)
            world.run()
        world.clock.advance(2 * DAY)
        world.run()
        world.run(world.reject(version))
        for file in world.model().files:
            check(world.s3, file, {MODEL: b"one", "config.json": b"{}"}[file.path])

    @pytest.mark.parametrize("is_readable", [True, False])
    def test_what_another_types_record_needs_stays(self, is_readable: bool) -> None:
        """Its run has decided, and the index does not say so yet."""
        world = World()
        world.approved(b"one")
        world.run()
        record = world.s3.buckets[PRODUCTION].current("promotions/depth.json")
        world.approved(b"two")
        world.run()
        assert record
        body = record.body if is_readable else b"{"
        world.s3.put_object(Bucket=PRODUCTION, Key="promotions/tts.json", Body=body)
        world.clock.advance(2 * DAY)
        world.groups["tts"] = "no-such-group"
        world.run()
        assert sha256(b"one") in self.files(world)

    def test_a_file_that_was_deleted_or_overwritten_comes_back(self) -> None:
        world = World()
        world.approved(b"one")
        world.run()
        before = world.model()
        key = f"{FILES}{sha256(b'one')}"
        for is_deleted in (True, False):
            if is_deleted:
                world.s3.delete_object(Bucket=PRODUCTION, Key=key)
            else:
                world.s3.put_object(Bucket=PRODUCTION, Key=key, Body=b"forged")
            world.run()
            for file in world.model().files:
                check(world.s3, file, {MODEL: b"one", "config.json": b"{}"}[file.path])
                assert world.s3.buckets[PRODUCTION].current(file.stored.key) is not None
        assert (world.model().version_id, world.model().sha256) == (
            before.version_id,
            before.sha256,
        )

    def test_a_record_without_files_gets_them(self) -> None:
        """As it was before models came file by file."""
        world = World()
        world.approved(b"one")
        world.run()
        record = world.record()
        del record["model"]["files"]
        body = json.dumps({**record, "former_copies": []}).encode()
        world.s3.put_object(Bucket=PRODUCTION, Key="promotions/depth.json", Body=body)
        world.s3.put_object(Bucket=PRODUCTION, Key=INDEX_KEY, Body=b'{"schema": 1, "types": {}}')
        world.run()
        assert [file.path for file in world.model().files] == ["config.json", MODEL]

    def test_a_run_that_breaks_off_in_a_file_leaves_the_next_one_to_do_it(self) -> None:
        world = World()
        world.approved(LARGE)
        world.s3.inject("UploadPart", Crash)
        with pytest.raises(Crash):
            world.run()
        world.s3.crashed = False
        world.run()
        check(world.s3, world.model().files[1], LARGE)
