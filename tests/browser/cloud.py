"""What happens behind the page: users invited, models promoted and uploaded, links ended."""

from __future__ import annotations

import hashlib
import io
import random
import uuid
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

from common.model_index import Model
from navigation_model.packer.light import pack_light_release
from vis_assis.journeys import edge_path
from vis_assis.journeys.navigation_path import NavigationPath
from vis_assis.local.local_stack import LocalStack


@dataclass(frozen=True)
class User:
    """Somebody who may sign in."""

    email: str
    password: str


class Cloud:
    """Acts on the deployed stack as its owner."""

    def __init__(self, stack: LocalStack) -> None:
        self.stack = stack
        self.s3 = stack.client("s3")
        self.cognito = stack.client("cognito-idp")
        self.production = str(stack.outputs["production_bucket"])

    def promote(self, *model_types: str) -> None:
        """Runs the pipelines of the types, approves what they register and waits for it."""
        with ThreadPoolExecutor() as pool:
            list(pool.map(self._promote, model_types))

    def serve_navigation(self, folder: Path) -> None:
        """Has the endpoint answer with the stand-in release.

        Parameters:
            folder: place for its archive.
        """
        path = NavigationPath(self.stack.client, self.stack.outputs)
        path.upload(pack_light_release(folder / "model.tar.gz", "browser").path)
        path.wait_until_serves("browser")

    def invited(self) -> User:
        """A new user with a temporary password."""
        user = User(f"{uuid.uuid4().hex[:8]}@example.org", "Temporary-123456")
        self.cognito.admin_create_user(
            UserPoolId=self.stack.outputs["user_pool_id"],
            Username=user.email,
            TemporaryPassword=user.password,
            MessageAction="SUPPRESS",
            UserAttributes=[{"Name": "email", "Value": user.email}],
        )
        return user

    def user(self) -> User:
        """A new user with a password of their own."""
        user = User(self.invited().email, "Chosen-by-me-42")
        self.cognito.admin_set_user_password(
            UserPoolId=self.stack.outputs["user_pool_id"],
            Username=user.email,
            Password=user.password,
            Permanent=True,
        )
        return user

    def upload(self, model_type: str, size: int, *, seed: int = 0, config: str = "") -> bytes:
        """Uploads a zip of random bytes by hand and returns it.

        Parameters:
            size: bytes of the file inside.
            seed: other seeds, other bytes.
            config: content of a second file.
        """
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            content = random.Random(seed).randbytes(size)  # noqa: S311 - the same in each run
            archive.writestr(zipfile.ZipInfo("onnx/model_quantized.onnx"), content)
            if config:
                archive.writestr(zipfile.ZipInfo("config.json"), config)
        body = buffer.getvalue()
        self._put(model_type, body)
        return body

    def upload_copy(self, of: str, model_type: str) -> None:
        """Uploads the promoted model of another type by hand."""
        model = edge_path.served(self.s3, self.production, of)
        assert model is not None
        body = edge_path.content(self.s3, self.production, model)
        self._put(model_type, body)

    def ended_links(self, model_type: str) -> dict[str, str]:
        """Links to the files of the type's model that were right an hour ago, by sha256."""
        then, model = datetime.now(UTC) - timedelta(hours=1), self._served(model_type)
        with mock.patch("botocore.auth.get_current_datetime", return_value=then):
            return {
                file.sha256: self.s3.generate_presigned_url(
                    "get_object",
                    Params={"Bucket": self.production, "Key": file.stored.key},
                    ExpiresIn=60,
                )
                for file in model.files
            }

    def token(self) -> str:
        """A new user's id token."""
        user = self.user()
        answer = self.cognito.initiate_auth(
            ClientId=self.stack.outputs["user_pool_client_id"],
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": user.email, "PASSWORD": user.password},
        )
        return str(answer["AuthenticationResult"]["IdToken"])

    def _put(self, model_type: str, body: bytes) -> None:
        """Uploads by hand and waits until that is served."""
        self.s3.put_object(Bucket=self.production, Key=f"{model_type}/large.zip", Body=body)
        sha256 = hashlib.sha256(body).hexdigest()
        edge_path.wait_for(
            f"the upload of {model_type}",
            lambda: self._serves(model_type, sha256) or None,
        )

    def _serves(self, model_type: str, sha256: str) -> bool:
        model = edge_path.served(self.s3, self.production, model_type)
        return model is not None and model.sha256 == sha256

    def _served(self, model_type: str) -> Model:
        model = edge_path.served(self.s3, self.production, model_type)
        assert model is not None
        return model

    def _promote(self, model_type: str) -> None:
        sagemaker = self.stack.client("sagemaker")
        pipeline = self.stack.outputs["pipeline_names"][model_type]
        execution = edge_path.run_pipeline(sagemaker, pipeline)
        status = edge_path.wait_for_execution(sagemaker, execution, 180)
        if status != "Succeeded":
            raise edge_path.EdgePathError(edge_path.failure_reason(sagemaker, execution))
        version = edge_path.registered_version(sagemaker, model_type, execution)
        edge_path.set_approval(sagemaker, version.arn, "Approved")
        edge_path.wait_for_promotion(self.s3, self.production, version, 120)
