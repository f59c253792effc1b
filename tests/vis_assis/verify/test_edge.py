"""Whether a version's bytes have to be those of the model that is shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from vis_assis.verify import edge
from vis_assis.verify.session import Deviation, NotChecked

CHANGED = datetime(2026, 11, 29, tzinfo=UTC)
PACKAGE = {
    "ModelPackageArn": "arn:aws:sagemaker:eu-west-1:123456789012:model-package/group/2",
    "InferenceSpecification": {
        "Containers": [
            {
                "ImageDigest": "sha256:1",
                "ModelDataSource": {
                    "S3DataSource": {"S3DataType": "S3Object", "CompressionType": "None"}
                },
            }
        ]
    },
    "CustomerMetadataProperties": {**dict.fromkeys(edge.METADATA, "x"), "zip_sha256": "new"},
    "ModelPackageVersion": 2,
    "ModelApprovalStatus": "PendingManualApproval",
}


@pytest.mark.parametrize(
    ("hours", "raised"), [(-1, NotChecked), (1, Deviation)], ids=["earlier code", "the same code"]
)
def test_other_bytes_are_a_fault_unless_the_pipeline_was_changed(
    hours: int, raised: type[Exception]
) -> None:
    package = {**PACKAGE, "CreationTime": CHANGED + timedelta(hours=hours)}
    sagemaker = SimpleNamespace(
        describe_model_package=lambda **_: package,
        describe_pipeline=lambda **_: {"LastModifiedTime": CHANGED},
    )
    session = SimpleNamespace(
        cloud=SimpleNamespace(client=lambda _: sagemaker),
        outputs={"pipeline_names": {"depth": "p"}},
        package="arn",
        model_type="depth",
        shown=SimpleNamespace(sha256="old", package_arn="shown"),
    )
    with pytest.raises(raised):
        edge.registration(cast("Any", session))
