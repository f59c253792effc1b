"""Promotion of 500 MB of files, and GET /models: processor time and memory, without S3's own.

Part of `make bench`.
"""

from __future__ import annotations

import resource
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import numpy
from botocore.exceptions import ClientError

from common.model_index import File, Model, Stored
from common.s3_source import S3Source
from model_urls.delivery import answer
from model_urls.links import client_config, signer
from promote_model.artifact import look_into
from promote_model.files import publish

FILES, BYTES = 4, 125 << 20


class _Body:
    def __init__(self, content: bytes) -> None:
        self.read: Callable[[], bytes] = lambda: content


class _Disk:
    """As much of S3 as publishing needs: one zip, and nothing else there."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def get_object(self, **call: Any) -> dict[str, Any]:
        first, last = map(int, call["Range"].removeprefix("bytes=").split("-"))
        with self.path.open("rb") as file:
            file.seek(first)
            return {"Body": _Body(file.read(last - first + 1))}

    def head_object(self, **_: Any) -> None:
        raise ClientError({"Error": {"Code": "404"}}, "HeadObject")

    def create_multipart_upload(self, **_: Any) -> dict[str, str]:
        return {"UploadId": "u"}

    def upload_part(self, **_: Any) -> dict[str, str]:
        return {"ETag": "e"}

    def complete_multipart_upload(self, **_: Any) -> dict[str, str]:
        return {"VersionId": "v"}


def main() -> None:
    """Prints a line for each."""
    with tempfile.TemporaryDirectory() as folder:
        for name, method in (("stored", zipfile.ZIP_STORED), ("deflated", zipfile.ZIP_DEFLATED)):
            path = Path(folder) / f"{name}.zip"
            _write(path, method)
            source = S3Source("bucket", "key", "v", "e", path.stat().st_size)
            s3, began = _Disk(path), time.process_time()
            files = publish(s3, "bucket", source, look_into(s3, source))
            seconds, sent = time.process_time() - began, sum(file.stored.bytes for file in files)
            print(f"{name}: {seconds:.1f} s, {source.size / 1e6:.0f} MB, {sent / 1e6:.0f} MB kept")
    print(f"peak: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000:.0f} MB")
    for files_of_a_type in (4, 20):
        for is_first in (True, False):
            print(f"GET /models, {5 * files_of_a_type} links: {_asked(files_of_a_type, is_first)}")


def _write(path: Path, method: int) -> None:
    """Weights as int8 models have them: normally distributed. Written in small pieces."""
    chance = numpy.random.default_rng(1)
    with zipfile.ZipFile(path, "w", method, compresslevel=6) as archive:
        for number in range(FILES):
            with archive.open(f"onnx/{number}.onnx", "w") as file:
                for _ in range(BYTES >> 20):
                    values = numpy.clip(chance.normal(0, 18, 1 << 20), -127, 127)
                    file.write(values.astype(numpy.int8).tobytes())


def _asked(count: int, is_first: bool) -> str:
    models = []
    for kind in range(5):
        files = tuple(
            File(
                f"{number}",
                1,
                f"{kind:032x}{number:032x}",
                Stored(f"files/{number}", "v", 1, "", ()),
            )
            for number in range(count)
        )
        models.append(Model("registry", "k", "v", "e", 1, "s", "t", files=files))
    s3 = boto3.client(
        *("s3", "eu-west-1"),
        **{"aws_access_key_id": "ASIAEXAMPLE", "aws_secret_access_key": "example"},
        config=client_config(),
    )
    sign = signer(s3, "bucket", 3600)
    if not is_first:
        answer({}, models, "", sign)
    began = time.process_time()
    answer({}, models, "", sign)
    milliseconds = (time.process_time() - began) * 1000
    return f"{milliseconds:.1f} ms {'at first' if is_first else 'again'}"


if __name__ == "__main__":
    main()
