"""Plays the people and services around one model type of a deployed stack."""

from __future__ import annotations

import hashlib
import io
import json
import time
import uuid
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from vis_assis.journeys import edge_path
from vis_assis.local.local_stack import LocalStack


def make_zip(text: str) -> bytes:
    """A small zip with a model, whose bytes depend on the text only."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("config.json"), json.dumps({"text": text}))
        archive.writestr(zipfile.ZipInfo("onnx/model_quantized.onnx"), text)
    return buffer.getvalue()


@dataclass(frozen=True)
class Shown:
    """What production shows: the object's body and who put it there."""

    key: str
    body: bytes
    version_id: str
    package_arn: str | None


class TypeDriver:
    """Registers, approves, uploads and looks, for one model type."""

    def __init__(self, stack: LocalStack, model_type: str) -> None:
        self.stack, self.type = stack, model_type
        self.s3 = stack.client("s3")
        self.sagemaker = stack.client("sagemaker")
        self.sqs = stack.client("sqs")
        self.group = stack.outputs["model_package_group_names"][model_type]
        self.production = stack.outputs["production_bucket"]
        self.output = stack.outputs["output_bucket"]

    def register(
        self,
        text: str = "",
        *,
        body: bytes | None = None,
        bucket: str | None = None,
        upload: bool = True,
    ) -> str:
        """Registers a version as the pipeline does, pending approval; returns its ARN."""
        body = make_zip(text) if body is None else body
        bucket = bucket or self.output
        key = f"pipelines/{self.type}/{uuid.uuid4().hex}/model.zip"
        if upload:
            self.s3.put_object(Bucket=bucket, Key=key, Body=body)
        data = {
            "S3Uri": f"s3://{bucket}/{key}",
            "S3DataType": "S3Object",
            "CompressionType": "None",
        }
        answer = self.sagemaker.create_model_package(
            ModelPackageGroupName=self.group,
            ModelApprovalStatus="PendingManualApproval",
            CustomerMetadataProperties={
                "zip_sha256": hashlib.sha256(body).hexdigest(),
                "zip_bytes": str(len(body)),
            },
            InferenceSpecification={
                "Containers": [
                    {"Image": "registry/image:1", "ModelDataSource": {"S3DataSource": data}}
                ],
                "SupportedContentTypes": ["application/json"],
                "SupportedResponseMIMETypes": ["application/json"],
            },
        )
        return str(answer["ModelPackageArn"])

    def approve(self, arn: str) -> None:
        edge_path.set_approval(self.sagemaker, arn, "Approved")

    def reject(self, arn: str) -> None:
        edge_path.set_approval(self.sagemaker, arn, "Rejected")

    def register_approved(self, text: str) -> str:
        arn = self.register(text)
        self.approve(arn)
        return arn

    def upload_by_hand(
        self, name: str, text: str = "", *, body: bytes | None = None, **options: str
    ) -> None:
        """Puts a zip into production, in a later second than whatever happened before.

        Args:
            text: of the zip.
            body: the object, in place of a zip.
            options: of PutObject.
        """
        time.sleep(1.1)
        self.s3.put_object(
            Bucket=self.production,
            Key=f"{self.type}/{name}",
            Body=make_zip(text) if body is None else body,
            **options,
        )

    def begin_upload_in_parts(self, name: str, text: str) -> Callable[[], object]:
        """Uploads the only part of a zip into production; what is returned completes it."""
        place = {"Bucket": self.production, "Key": f"{self.type}/{name}"}
        upload = {**place, "UploadId": self.s3.create_multipart_upload(**place)["UploadId"]}
        part = self.s3.upload_part(**upload, PartNumber=1, Body=make_zip(text))
        parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
        return lambda: self.s3.complete_multipart_upload(**upload, MultipartUpload=parts)

    def shown(self) -> Shown | None:
        """What the app would get: the model that the index names."""
        model = edge_path.served(self.s3, self.production, self.type)
        if model is None:
            return None
        body = edge_path.content(self.s3, self.production, model)
        return Shown(model.key, body, model.version_id, model.package_arn)

    def wait_until_shows(self, text: str | None, seconds: float = 30) -> Shown | None:
        """Waits until production shows the zip of this text, or nothing for None."""

        def settled() -> tuple[Shown | None] | None:
            shown = self.shown()
            body = shown.body if shown else None
            return (shown,) if body == (make_zip(text) if text is not None else None) else None

        wanted = "nothing" if text is None else repr(text)
        return edge_path.wait_for(f"{wanted} in production for {self.type}", settled, seconds)[0]

    def wait_until_idle(self, seconds: float = 30) -> None:
        """Waits until the promotion queue holds no message, waiting or in work."""
        url = self.stack.outputs["promotion_queue_url"]
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]

        def idle() -> bool | None:
            values = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
            return True if not any(int(values[name]) for name in names) else None

        time.sleep(0.3)
        edge_path.wait_for("an empty promotion queue", idle, seconds)

    def send(self, body: str, group: str | None = None) -> None:
        """Puts a message on the promotion queue, whatever its body."""
        self.sqs.send_message(
            QueueUrl=self.stack.outputs["promotion_queue_url"],
            MessageBody=body,
            MessageGroupId=group or self.type,
            MessageDeduplicationId=uuid.uuid4().hex,
        )

    def sweep(self) -> None:
        """Lets the type's schedule come due now."""
        rule = f"{self.stack.outputs['function_names']['promote_model']}-{self.type}"
        self.stack.cloud.control("schedules", {"rule": rule})

    def wait_for_dead_letter(self, containing: str, seconds: float = 60) -> str:
        """Waits for a dead letter with this text in its body, removes it and returns the body."""
        url = self.stack.outputs["promotion_dead_letter_queue_url"]
        return str(self.wait_for_message(url, containing, seconds)["Body"])

    def wait_for_message(self, url: str, containing: str, seconds: float = 60) -> dict[str, Any]:
        """Waits for a message of a queue with this text in its body, removes and returns it."""

        def received() -> dict[str, Any] | None:
            answer = self.sqs.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=10,
                VisibilityTimeout=1,
                MessageAttributeNames=["All"],
            )
            for message in answer.get("Messages", []):
                if containing in message["Body"]:
                    self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                    return dict(message)
            return None

        return edge_path.wait_for(f"a message with {containing!r}", received, seconds)

    def logged(self, *texts: str, seconds: float = 20) -> str:
        """Waits for a line with these texts in the promotion function's log and returns it."""
        logs = self.stack.client("logs")
        group = f"/aws/lambda/{self.stack.outputs['function_names']['promote_model']}"

        def line() -> str | None:
            events = logs.filter_log_events(logGroupName=group)["events"]
            lines = [event["message"] for event in events]
            return next((line for line in lines if all(text in line for text in texts)), None)

        return edge_path.wait_for(f"{texts} in one line of the log", line, seconds)

    def event_of(self, arn: str) -> dict[str, Any]:
        """The event that SageMaker emits for the version's present state."""
        package = self.sagemaker.describe_model_package(ModelPackageName=arn)
        return {
            "source": "aws.sagemaker",
            "detail-type": "SageMaker Model Package State Change",
            "resources": [arn],
            "detail": {
                "ModelPackageGroupName": self.group,
                "ModelPackageVersion": package["ModelPackageVersion"],
                "ModelPackageArn": arn,
                "ModelPackageStatus": "Completed",
                "ModelApprovalStatus": package["ModelApprovalStatus"],
            },
        }

    def reset(self) -> None:
        """Removes every version, every production object and every message of the type."""
        if self._is_unused():
            return
        pages = self.sagemaker.get_paginator("list_model_packages").paginate(
            ModelPackageGroupName=self.group
        )
        for page in pages:
            for summary in page["ModelPackageSummaryList"]:
                self.sagemaker.delete_model_package(ModelPackageName=summary["ModelPackageArn"])
        self.wait_until_idle(60)
        self._remove(f"{self.type}/")
        self.sweep()
        edge_path.wait_for("an index without the type", self._is_not_served)
        self.wait_until_idle()
        self._remove(f"promotions/{self.type}.json")
        self.sqs.purge_queue(QueueUrl=self.stack.outputs["promotion_dead_letter_queue_url"])

    def _is_unused(self) -> bool:
        """Whether nothing happened since the last reset."""
        versions = self.sagemaker.list_model_packages(ModelPackageGroupName=self.group)
        places = [f"{self.type}/", f"promotions/{self.type}.json"]
        return not versions["ModelPackageSummaryList"] and not any(
            kind in self.s3.list_object_versions(Bucket=self.production, Prefix=place)
            for place in places
            for kind in ("Versions", "DeleteMarkers")
        )

    def _remove(self, prefix: str) -> None:
        listed = self.s3.list_object_versions(Bucket=self.production, Prefix=prefix)
        for entry in [*listed.get("Versions", []), *listed.get("DeleteMarkers", [])]:
            self.s3.delete_object(
                Bucket=self.production, Key=entry["Key"], VersionId=entry["VersionId"]
            )

    def _is_not_served(self) -> bool | None:
        return edge_path.served(self.s3, self.production, self.type) is None or None
