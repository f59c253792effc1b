"""Finds the newest release candidate that can be served, and copies it to where it is served."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from common.errors import ConflictError, VisAssisError
from common.model_index import Model
from common.s3_source import S3Source, find, without_encoding
from promote_model import production
from promote_model.approvals import is_pinned
from promote_model.artifact import look_into, read_upload, verify
from promote_model.errors import ArtifactMismatch, Refused
from promote_model.files import publish
from promote_model.record import Record
from promote_model.registry import describe_approved, package_of
from promote_model.rule import newest
from promote_model.state import Approval, Candidate, Package, Refusal, Upload
from promote_model.trace import execution_of
from promote_model.uploads import Listed, current, standing


@dataclass
class Chosen:
    """What a run found.

    Attributes:
        candidate: None when nothing is to be served.
        model: what is served of it.
        uploads: that stand.
        refused: release candidates that are not served, by id.
        failures: why versions could not be delivered; trying again may help.
    """

    candidate: Candidate | None = None
    model: Model | None = None
    uploads: list[Upload] = field(default_factory=list)
    refused: dict[str, Refusal] = field(default_factory=dict)
    failures: list[Exception] = field(default_factory=list)


@dataclass(frozen=True)
class Chooser:
    """Looks at release candidates, the newest first, until one can be served.

    Attributes:
        known: the record, with what holds now.
        listed: the type's objects.
        files: of all types.
        look: number of this look.
        in_parts_above: bytes above which copies are made in parallel parts.
    """

    sagemaker: Any
    s3: Any
    bucket: str
    model_type: str
    known: Record
    listed: Sequence[Listed]
    files: Sequence[Listed]
    look: int
    in_parts_above: int
    now: datetime

    def choose(self) -> Chosen:
        """What is to be served; it has been copied already."""
        chosen = Chosen(refused=self._still_refused())
        tried = {item for item, refusal in chosen.refused.items() if not refusal.may_change}
        while True:
            chosen.uploads = self.standing(chosen.refused)
            candidate = newest(self.known.approvals.values(), chosen.uploads, tried)
            if candidate is None:
                return chosen
            try:
                chosen.model = self._serve(candidate)
            except Refused as refusal:
                self._note(chosen, candidate, str(refusal), may_change=refusal.may_change)
            except ConflictError:
                raise
            except (VisAssisError, ClientError) as failure:
                # The next one is served meanwhile, and the failure is raised in the end.
                chosen.failures.append(failure)
                if candidate.id == self.known.served and self.known.model is not None:
                    chosen.candidate, chosen.model = candidate, self.known.model
                    return chosen
                if isinstance(failure, VisAssisError):
                    self._note(chosen, candidate, str(failure), may_change=True)
            else:
                chosen.refused.pop(candidate.id, None)
                chosen.candidate = candidate
                return chosen
            tried.add(candidate.id)

    def standing(self, refused: dict[str, Refusal]) -> list[Upload]:
        """The uploads that count, given those that were refused."""
        return standing(
            self.listed,
            self.model_type,
            refused=refused,
            known=self.known.uploads,
            shown=self.known.uploads.get(self.known.served or ""),
            look=self.look,
        )

    def _still_refused(self) -> dict[str, Refusal]:
        present = {item.version_id for item in self.listed}
        present |= {approval.id for approval in self.known.approvals.values()}
        return {item: refusal for item, refusal in self.known.refused.items() if item in present}

    def _note(self, chosen: Chosen, candidate: Candidate, reason: str, *, may_change: bool) -> None:
        before = chosen.refused.get(candidate.id)
        since = before.since if before and before.reason == reason else self.now.isoformat()
        chosen.refused[candidate.id] = Refusal(candidate.name, reason, since, may_change)

    def _serve(self, candidate: Candidate) -> Model:
        if candidate.id == self.known.served and self.known.model is not None:
            present = self._served_again(candidate, self.known.model)
            if present is not None:
                return present
        if isinstance(candidate, Upload):
            source, sha256, packed = read_upload(self.s3, self.bucket, candidate)
            files = publish(self.s3, self.bucket, source, packed)
            model = self._copied(candidate, candidate.key.rsplit("/", 1)[-1], source, sha256)
            return replace(model, files=files)
        package = self._package(candidate)
        source, sha256 = verify(self.s3, package)
        try:
            files = publish(self.s3, self.bucket, source, look_into(self.s3, source))
        except Refused as refusal:
            raise Refused(f"{package.uri}: {refusal}") from refusal
        model = self._copied(candidate, package.file_name, source, sha256)
        return replace(
            model,
            version=package.version,
            package_arn=package.arn,
            execution_arn=package.execution_arn,
            correlation_id=execution_of(package.uri),
            approved_by=package.approved_by,
            repository=package.repository,
            revision=package.revision,
            licence=package.licence,
            files=files,
        )

    def _served_again(self, candidate: Candidate, model: Model) -> Model | None:
        """The model that is served already; None when its copy is gone for good."""
        present = {(item.key, item.version_id) for item in current([*self.listed, *self.files])}
        is_copied = (model.key, model.version_id) in present
        is_whole = bool(model.files) and all(
            (file.stored.key, file.stored.version_id) in present for file in model.files
        )
        if is_copied and is_whole:
            return model
        # Somebody deleted it, or a run that was overtaken did; S3 keeps it as an old version.
        source = find(self.s3, self.bucket, model.key, model.version_id)
        if source is None:
            return None
        if not is_whole:
            files = publish(self.s3, self.bucket, source, look_into(self.s3, source))
            model = replace(model, files=files)
        if is_copied:
            return model
        again = self._copied(candidate, model.file_name, source, model.sha256)
        return replace(model, key=again.key, version_id=again.version_id, etag=again.etag)

    def _package(self, approval: Approval) -> Package:
        description = describe_approved(self.sagemaker, approval.arn)
        if description is None:
            raise ConflictError(
                f"{approval.arn} stopped being approved during the run; "
                "trying again reads the new state"
            )
        package = package_of(description)
        if not is_pinned(self.known.pins, approval.arn, approval.created_at):
            return package
        pin = self.known.pins[approval.arn]
        if package.sha256 is None:
            return replace(package, sha256=pin.sha256)
        if package.sha256 != pin.sha256:
            raise ArtifactMismatch(
                f"{approval.arn}: its zip_sha256 {package.sha256} was set after it was registered, "
                f"when it stood for {pin.sha256}: reject it and register it again"
            )
        return package

    def _copied(self, candidate: Candidate, file_name: str, source: S3Source, sha256: str) -> Model:
        key = production.served_key(self.model_type, candidate, file_name, sha256)
        copy = production.serve_copy(
            self.s3,
            self.bucket,
            key,
            candidate=candidate,
            # What was looked at is a zip as it is: a browser that unpacked it once more would fail.
            source=without_encoding(source),
            sha256=sha256,
            in_parts_above=self.in_parts_above,
        )
        is_upload = isinstance(candidate, Upload)
        return Model(
            origin="upload" if is_upload else "registry",
            key=copy.key,
            version_id=str(copy.version_id),
            etag=copy.etag.strip('"'),
            bytes=copy.size,
            sha256=sha256,
            since=self.now.isoformat(),
            uploaded_key=candidate.key if isinstance(candidate, Upload) else None,
        )
