"""The navigation path as a user walks it: upload a release, ask the endpoint, go back.

Works on any deployed stack; the clients decide which cloud it is.
"""

from __future__ import annotations

import base64
import json
import struct
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from update_endpoint.settings import UPLOAD_KEY
from vis_assis.aws import navigation
from vis_assis.aws.navigation import Release
from vis_assis.journeys.edge_path import EdgePathError, wait_for

WIDE = (32, 16)
"""Width and height of the image that is asked about, in pixels."""


class NavigationPath:
    """One deployed stack's navigation endpoint.

    Args:
        client: gives a boto3 client by the service's name.
        outputs: Terraform's outputs by name.
    """

    def __init__(self, client: Callable[[str], Any], outputs: Mapping[str, Any]) -> None:
        self.s3, self.sagemaker = client("s3"), client("sagemaker")
        self.runtime = client("sagemaker-runtime")
        self.bucket: str = outputs["navigation_upload_bucket"]
        self.endpoint: str = outputs["navigation_endpoint_name"]

    def upload(self, archive: Path) -> None:
        """Uploads a release: all that a user does."""
        self.s3.upload_file(str(archive), self.bucket, UPLOAD_KEY)

    def releases(self) -> list[Release]:
        """Every release and what became of it, the latest change first."""
        return navigation.status(self.s3, self.bucket)

    def roll_back(self, release: str) -> None:
        """Makes a release the newest upload again."""
        navigation.rollback(self.s3, self.bucket, release)

    def describe(self) -> dict[str, Any]:
        """The endpoint as SageMaker describes it; its status is `Missing` when there is none."""
        try:
            if self._exists():
                return dict(self.sagemaker.describe_endpoint(EndpointName=self.endpoint))
        except ClientError:
            if self._exists():  # else it went in between
                raise
        return {"EndpointStatus": "Missing"}

    def _exists(self) -> bool:
        found = self.sagemaker.list_endpoints(NameContains=self.endpoint)["Endpoints"]
        return any(item["EndpointName"] == self.endpoint for item in found)

    def wait_for_status(self, *statuses: str, seconds: float = 60) -> dict[str, Any]:
        """Waits until the endpoint is in one of these statuses and describes it.

        Raises:
            EdgePathError: when it is in none of them in time.
        """

        def reached() -> dict[str, Any] | None:
            endpoint = self.describe()
            return endpoint if endpoint["EndpointStatus"] in statuses else None

        return wait_for(f"{self.endpoint} being {' or '.join(statuses)}", reached, seconds, 0.1)

    def ask(self, prompt: str = "Is this wide?", body: bytes | None = None) -> dict[str, Any]:
        """The endpoint's answer to a prompt about a small wide image, or to a body as it is."""
        image = base64.b64encode(png(*WIDE)).decode()
        answer = self.runtime.invoke_endpoint(
            EndpointName=self.endpoint,
            ContentType="application/json",
            Body=body or json.dumps({"image": image, "prompt": prompt}),
        )
        return dict(json.loads(answer["Body"].read()))

    def label(self) -> str:
        """Label of the light release that answers."""
        answer = self.ask()
        if answer["answer"] != "yes":
            raise EdgePathError(f"a wide image is answered with {answer['answer']!r}")
        return str(answer["stand_in"]["label"])

    def release_in_service(self) -> str:
        """Id of the release that the endpoint's config loads, whatever the status says."""
        config = self.sagemaker.describe_endpoint_config(
            EndpointConfigName=self.describe()["EndpointConfigName"]
        )
        model = self.sagemaker.describe_model(
            ModelName=config["ProductionVariants"][0]["ModelName"]
        )
        return str(model["PrimaryContainer"]["ModelDataUrl"].split("/")[-2])

    def wait_until_serves(self, label: str, seconds: float = 60) -> Release:
        """Waits until the light release with this label is in service, recorded and answering.

        Raises:
            EdgePathError: when it is not in time.
        """

        def serves() -> Release | None:
            if self.describe()["EndpointStatus"] != "InService" or self.label() != label:
                return None
            serving = self.release_in_service()
            rows = (row for row in self.releases() if row.state == "serving")
            return next((row for row in rows if row.release == serving), None)

        return wait_for(f"release {label} answering at {self.endpoint}", serves, seconds)


def png(width: int, height: int) -> bytes:
    """A grey image file."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = (b"\x00" + b"\x80" * width) * height
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
