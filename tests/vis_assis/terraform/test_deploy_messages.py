"""What Terraform prints on failure becomes one line that says what to do."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from vis_assis.terraform.message import one_line
from vis_assis.terraform.plan import make_plan
from vis_assis.terraform.runner import Terraform, TerraformError

LOCKED = """╷
│ Error: Error acquiring the state lock
│
│ Error message: operation error S3: PutObject, https response error StatusCode: 412
│ Lock Info:
│   ID:        1f2e3d4c-aaaa-bbbb-cccc-000011112222
│   Path:      bucket/vis-assis/terraform.tfstate
│   Operation: OperationTypeApply
│   Who:       ada@laptop
│   Version:   1.11.0
╵
"""
TWO = """╷
│ Error: deleting S3 Bucket (vis-assis-access-logs-123456789012): BucketNotEmpty
│
│   with module.model_buckets.module.access_logs.aws_s3_bucket.this,
│   on modules/private_bucket/main.tf line 1, in resource "aws_s3_bucket" "this":
│    1: resource "aws_s3_bucket" "this" {
│
╵
╷
│ Error: something else
╵
"""
SWITCHED = """
Error: Backend configuration changed

A change in the backend configuration has been detected, which may require
migrating existing state.

If you wish to attempt automatic migration of the state, use "terraform init
-migrate-state".
"""


def test_a_lock_names_its_owner_and_the_way_out() -> None:
    line = one_line(LOCKED)
    assert "\n" not in line
    assert "locked by ada@laptop" in line
    assert "terraform force-unlock 1f2e3d4c-aaaa-bbbb-cccc-000011112222" in line


def test_the_first_error_comes_with_its_remedy_and_the_number_of_others() -> None:
    assert one_line(TWO) == (
        "deleting S3 Bucket (vis-assis-access-logs-123456789012): BucketNotEmpty (1 more); "
        "run `make deploy` with force_destroy=true, or empty the bucket"
    )


def test_another_backend_is_never_advised_to_be_overwritten() -> None:
    advice = one_line(SWITCHED).rpartition("; ")[2]
    assert "terraform init -reconfigure -backend-config=backend.hcl" in advice
    assert "migrate" not in advice


def test_a_list_without_quotes_in_vars_comes_with_how_to_write_it(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('variable "origins" {\n  type = list(string)\n}\n')
    terraform = Terraform(tmp_path / "data", {}, root=tmp_path, state=tmp_path / "state")
    terraform.init()
    for given in ("[https://example.org]", "[a]", "https://example.org"):
        unquoted = dataclasses.replace(terraform, arguments=["-var", f"origins={given}"])
        with pytest.raises(TerraformError) as refused:
            make_plan(unquoted)
        line = one_line(str(refused.value))
        assert "<value for var.origins>" in line
        assert line.endswith("""VARS="-var 'allowed_origins=[\\"https://example.org\\"]'\"""")


def test_other_output_is_kept_in_one_line() -> None:
    assert one_line("terraform plan exited with 1:\nkilled\n") == (
        "terraform plan exited with 1: killed"
    )
