"""What the pipeline's role may not do fails the step that needs it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from support.pipeline_kit import make_kit, s3_outputs


def test_denied_job_and_denied_upload_fail_the_step(
    client: Callable[..., Any], make_role: Callable[..., str], unique: str
) -> None:
    no_jobs = make_kit(client, make_role, unique + "a", "sagemaker:CreateProcessingJob")
    no_jobs.create(no_jobs.step("pass"))
    status, steps = no_jobs.run()
    assert status == "Failed"
    reason = steps["Job"]["FailureReason"]
    assert "Failed to invoke sagemaker:CreateProcessingJob" in reason
    assert "AccessDeniedException" in reason

    no_upload = make_kit(client, make_role, unique + "b", "s3:PutObject")
    code = "import sys; open(sys.argv[1], 'w').write('1')"
    path = "/opt/ml/processing/output/x"
    outputs = s3_outputs(f"s3://{no_upload.bucket}/out")
    no_upload.create(no_upload.step(code, path, ProcessingOutputConfig=outputs))
    status, steps = no_upload.run()
    assert status == "Failed"
    assert "Failed to upload output report" in steps["Job"]["FailureReason"]
    assert "AccessDenied" in steps["Job"]["FailureReason"]
