"""Which objects pass for a zip with a model, and how little of them is read."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Iterator

import pytest
from hypothesis import given, strategies as st

from common.ranged_file import BLOCK_BYTES, RangedFile, ReadTooLarge
from common.s3_source import pin
from promote_model.artifact import look_into
from promote_model.errors import Refused
from promote_model.zip_check import LARGEST, check
from tests.fakes.bad_zips import BAD, WHOLE, with_zip64_end, zip_of
from tests.fakes.clock import Clock
from tests.fakes.model_zips import MODEL
from tests.fakes.s3 import FakeS3


def look(body: bytes) -> FakeS3:
    """The store, after the object in it was looked into."""
    s3 = FakeS3(Clock(), "bucket")
    s3.put_object(Bucket="bucket", Key="x.zip", Body=body)
    look_into(s3, pin(s3, "bucket", "x.zip"))
    return s3


def cases() -> Iterator[object]:
    for kind, bodies in BAD.items():
        for number, body in enumerate(bodies):
            yield pytest.param(body, id=f"{kind} {number}")


@pytest.mark.parametrize("body", cases())
def test_what_is_broken_is_refused_with_a_reason(body: bytes) -> None:
    with pytest.raises(Refused) as refused:
        look(body)
    assert len(str(refused.value)) > 10


@pytest.mark.parametrize(
    ("kind", "number", "words"),
    [
        ("empty or nearly", 0, "it is empty"),
        ("a page", 0, "an HTML or XML page"),
        ("cut off", 2, "it was cut off"),
        ("another format", 0, "a gzip file"),
        ("another format", 4, "an ONNX file"),
        ("without a model", 1, r"holds no \.onnx"),
        ("that the app cannot unpack", 0, "is encrypted"),
        ("that the app cannot unpack", 3, "use STORE or DEFLATE"),
        ("with bytes added", 1, "bytes follow the end"),
        ("with a huge directory", 0, "its directory has"),
    ],
)
def test_the_reason_tells_a_person_what_is_wrong(kind: str, number: int, words: str) -> None:
    with pytest.raises(Refused, match=words):
        look(BAD[kind][number])


def _zip64() -> bytes:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(buffer, "w") as archive,
        archive.open(MODEL, "w", force_zip64=True) as file,
    ):
        file.write(b"model")
    return buffer.getvalue()


def _commented(body: bytes = WHOLE) -> bytes:
    buffer = io.BytesIO(body)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.comment = b"packed by hand"
    return buffer.getvalue()


@pytest.mark.parametrize(
    "body",
    [
        WHOLE,
        zip_of((MODEL, b"m" * 100_000), method=zipfile.ZIP_DEFLATED),
        zip_of((MODEL, bytes(1_000_000)), method=zipfile.ZIP_DEFLATED),
        zip_of(("model.onnx", b"m"), *((f"{number}.json", b"{}") for number in range(100))),
        _zip64(),
        with_zip64_end(WHOLE),
        _commented(),
    ],
    ids=["small", "deflated", "mostly zeros", "many files", "zip64", "zip64 end", "commented"],
)
def test_zips_that_browsers_unpack_pass(body: bytes) -> None:
    look(body)


def test_little_is_read_in_little_memory() -> None:
    body = zip_of((MODEL, bytes(50 << 20)))
    tracemalloc.start()
    s3 = look(body)
    gets = [call for operation, call in s3.history if operation == "GetObject"]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(gets) <= 3
    assert peak < 2 << 20


def test_the_end_is_read_once() -> None:
    """zipfile takes a timeout of its own search for the end record for a broken zip."""
    body = _commented(zip_of((MODEL, bytes(4 * BLOCK_BYTES))))
    gets = [call["Range"] for operation, call in look(body).history if operation == "GetObject"]
    assert len(gets) == 2, "the end with the directory, and the model's header"


def test_names_that_fill_the_index_are_refused() -> None:
    with pytest.raises(Refused, match="names of its files"):
        look(zip_of((MODEL, b"m"), *((f"{number:04}" * 60, b"") for number in range(300))))


def test_more_than_a_run_can_read_is_refused_unread() -> None:
    with pytest.raises(Refused, match="at most"):
        check(io.RawIOBase(), LARGEST + 1)


@given(st.binary(max_size=300), st.integers(0, len(WHOLE)), st.integers(0, len(WHOLE)))
def test_anything_is_refused_or_passes(noise: bytes, start: int, length: int) -> None:
    body = WHOLE[:start] + noise + WHOLE[start + length :]
    try:
        look(body)
    except Refused:
        return
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert MODEL in archive.namelist()


@given(st.integers(1, 3 * BLOCK_BYTES), st.data())
def test_a_ranged_file_reads_what_is_there(size: int, data: st.DataObject) -> None:
    body = bytes(range(251)) * (size // 251 + 1)
    s3 = FakeS3(Clock(), "bucket")
    s3.put_object(Bucket="bucket", Key="x", Body=body)
    file, plain = RangedFile(s3, pin(s3, "bucket", "x"), largest_read=1 << 30), io.BytesIO(body)
    for _ in range(data.draw(st.integers(1, 6))):
        place, count = data.draw(st.integers(0, size + 10)), data.draw(st.integers(-1, size))
        assert file.seek(place) == plain.seek(place)
        assert file.read(count) == plain.read(count)
        assert file.tell() == plain.tell()
    assert file.seek(-1, io.SEEK_END) == len(body) - 1
    with pytest.raises(OSError, match="before the beginning"):
        file.seek(-1)


def test_a_read_is_bounded() -> None:
    s3 = FakeS3(Clock(), "bucket")
    s3.put_object(Bucket="bucket", Key="x", Body=bytes(100))
    with pytest.raises(ReadTooLarge):
        RangedFile(s3, pin(s3, "bucket", "x"), largest_read=99).read()
