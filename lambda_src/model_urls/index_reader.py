"""Reads the index: one GET per request, of which S3 mostly answers that nothing changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from common.aws_errors import code, is_denied, is_missing
from common.http_api import HttpError
from common.model_index import Entry, IndexInvalid, parse

RETRY_AFTER_SECONDS = 5
UNCHANGED = "304"


class IndexReader:
    """Keeps the index for the life of the process. It checks no signature: front ends do.

    Args:
        s3: boto3 S3 client.
        bucket: the production bucket.
        key: of the index.
    """

    def __init__(self, s3: Any, bucket: str, key: str) -> None:
        self._s3, self._bucket, self._key = s3, bucket, key
        self._etag: str | None = None
        self._read: tuple[dict[str, Any], Mapping[str, Entry]] = {}, {}

    def read(self) -> tuple[dict[str, Any], Mapping[str, Entry]]:
        """The envelope and the entries in it, as they are now.

        Raises:
            HttpError: 503 when there is no telling.
        """
        known = {"IfNoneMatch": self._etag} if self._etag else {}
        try:
            answer = self._s3.get_object(Bucket=self._bucket, Key=self._key, **known)
            content = answer["Body"].read()
            entries = parse(content)
            self._read, self._etag = (json.loads(content), entries), answer["ETag"]
        except ClientError as error:
            if code(error) != UNCHANGED:
                # S3 answers 403 for a missing object, too, to whoever may not list the bucket.
                raise _unavailable(error, fault=is_denied(error) or is_missing(error)) from error
        except IndexInvalid as error:
            raise _unavailable(error, fault=True) from error
        except BotoCoreError as error:
            raise _unavailable(error, fault=False) from error
        return self._read


def _unavailable(error: Exception, *, fault: bool) -> HttpError:
    return HttpError(
        503,
        "The models could not be looked up; try again.",
        retry_after=RETRY_AFTER_SECONDS,
        detail=str(error),
        fault=fault,
    )
