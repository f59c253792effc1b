"""In-memory SageMaker model registry with what people do to it, and the events it emits."""

from __future__ import annotations

from typing import Any

from tests.fakes.client import FakeClient, client_error
from tests.fakes.clock import Clock

PREFIX = "arn:aws:sagemaker:eu-west-1:123456789012:model-package"


class FakeRegistry(FakeClient):
    """Versions count up and are never given twice, not even after a deletion."""

    service = "sagemaker"

    def __init__(self, clock: Clock, *groups: str, page_size: int = 2) -> None:
        super().__init__()
        self.clock = clock
        self.page_size = page_size
        self.packages: dict[str, dict[int, dict[str, Any]]] = {group: {} for group in groups}
        self.last_version = dict.fromkeys(groups, 0)
        self.events: list[dict[str, Any]] = []

    def register(
        self,
        group: str,
        uri: str | None,
        metadata: dict[str, str] | None = None,
        *,
        as_model_data_url: bool = False,
    ) -> int:
        """Number of a new version that waits for approval."""
        version = self.last_version[group] = self.last_version[group] + 1
        container: dict[str, Any] = {"Image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/none:1"}
        if uri is not None and as_model_data_url:
            container["ModelDataUrl"] = uri
        elif uri is not None:
            source = {"S3Uri": uri, "S3DataType": "S3Object", "CompressionType": "None"}
            container["ModelDataSource"] = {"S3DataSource": source}
        self.packages[group][version] = {
            "ModelPackageGroupName": group,
            "ModelPackageVersion": version,
            "ModelPackageArn": self.arn(group, version),
            "CreationTime": self.clock(),
            "InferenceSpecification": {"Containers": [container]},
            "ModelPackageStatus": "Completed",
            "ModelApprovalStatus": "PendingManualApproval",
            "CustomerMetadataProperties": dict(metadata or {}),
        }
        self._emit(group, version)
        return version

    def set_status(self, group: str, version: int, status: str) -> None:
        """Approves, rejects or puts back to PendingManualApproval; the same again changes time."""
        self._touch(group, version)["ModelApprovalStatus"] = status
        self._emit(group, version)

    def edit_metadata(self, group: str, version: int, **metadata: str) -> None:
        """Changes customer metadata, which also emits a state-change event."""
        self._touch(group, version)["CustomerMetadataProperties"].update(metadata)
        self._emit(group, version)

    def delete(self, group: str, version: int) -> None:
        """Deletes a version, which emits nothing."""
        del self.packages[group][version]

    @staticmethod
    def arn(group: str, version: int) -> str:
        return f"{PREFIX}/{group}/{version}"

    def _list_model_packages(self, **call: Any) -> Any:
        group = call["ModelPackageGroupName"]
        if group not in self.packages:
            raise client_error(
                "ValidationException",
                "ListModelPackages",
                f"Model Package Group {group} does not exist.",
            )
        wanted = call.get("ModelApprovalStatus")
        found = [
            item
            for item in reversed(self.packages[group].values())
            if wanted in (None, item["ModelApprovalStatus"])
        ]
        start = int(call.get("NextToken", "0"))
        fields = (
            "ModelPackageGroupName",
            "ModelPackageVersion",
            "ModelPackageArn",
            "CreationTime",
            "ModelPackageStatus",
            "ModelApprovalStatus",
        )
        page = found[start : start + self.page_size]
        answer: dict[str, Any] = {
            "ModelPackageSummaryList": [{name: item[name] for name in fields} for item in page]
        }
        if start + self.page_size < len(found):
            answer["NextToken"] = str(start + self.page_size)
        return answer

    def _describe_model_package(self, **call: Any) -> Any:
        arn = call["ModelPackageName"]
        for versions in self.packages.values():
            for item in versions.values():
                if item["ModelPackageArn"] == arn:
                    return dict(item)
        raise client_error(
            "ValidationException", "DescribeModelPackage", f"ModelPackage {arn} does not exist."
        )

    def _touch(self, group: str, version: int) -> dict[str, Any]:
        package = self.packages[group][version]
        package["LastModifiedTime"] = self.clock()
        return package

    def _emit(self, group: str, version: int) -> None:
        item = self.packages[group][version]
        changed = item.get("LastModifiedTime", item["CreationTime"])
        self.events.append(
            {
                "version": "0",
                "id": f"event-{len(self.events)}",
                "source": "aws.sagemaker",
                "detail-type": "SageMaker Model Package State Change",
                "resources": [item["ModelPackageArn"]],
                "detail": {
                    "ModelPackageGroupName": group,
                    "ModelPackageVersion": version,
                    "ModelPackageArn": item["ModelPackageArn"],
                    "CreationTime": item["CreationTime"].isoformat(),
                    "ModelPackageStatus": "Completed",
                    "ModelApprovalStatus": item["ModelApprovalStatus"],
                    "LastModifiedTime": changed.isoformat(),
                },
            }
        )
