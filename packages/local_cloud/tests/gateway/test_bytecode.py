"""No process of the local cloud leaves `.pyc` files beside what is not its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from local_cloud.launch.child import Child
from local_cloud.testing.waiting import wait_for
from support import functions as f
from support.pipeline_kit import make_kit


def test_servers_leave_none(tmp_path: Path) -> None:
    sources = tmp_path / "sources"
    sources.mkdir()
    (sources / "some_module.py").write_text("from pathlib import Path\n")
    script = f"import sys; sys.path.insert(0, {str(sources)!r}); import some_module"
    child = Child("importer", ["-c", script], tmp_path / "state")
    wait_for(lambda: not child.running(), 20, "the end of the child")
    child.stop()
    assert child.log_file.read_text() == ""
    assert [path.name for path in sources.iterdir()] == ["some_module.py"]


def test_jobs_leave_none(client: Any, make_role: Any, unique: str) -> None:
    kit = make_kit(client, make_role, unique)
    job = kit.job("import sys; sys.exit(0 if sys.dont_write_bytecode else 3)")
    kit.sagemaker.create_processing_job(ProcessingJobName=kit.name, **job)

    def ended() -> dict[str, Any] | None:
        found: dict[str, Any] = kit.sagemaker.describe_processing_job(ProcessingJobName=kit.name)
        return None if found["ProcessingJobStatus"] == "InProgress" else found

    found = wait_for(ended, 40, "the end of the job")
    assert found is not None
    assert found["ProcessingJobStatus"] == "Completed", found.get("FailureReason")


def test_functions_leave_those_of_their_own_code_for_the_next_environment(
    client: Any, make_role: Any, unique: str
) -> None:
    source = """
        import os, sys
        def handle(event, context):
            own = os.path.realpath(os.environ["LAMBDA_TASK_ROOT"])
            try:
                os.mkdir(os.path.join(sys.prefix, "__pycache__"))
            except OSError as error:
                is_refused = "Read-only" in str(error)
            compiled = os.path.realpath(__cached__)
            return [os.stat(compiled).st_mtime_ns, compiled.startswith(own), is_refused]
        """
    f.create_function(client, unique, make_role("lambda"), source)
    first = f.invoke(client, unique)
    assert first[1:] == [True, True]
    client("lambda").update_function_configuration(FunctionName=unique, MemorySize=256)
    assert f.invoke(client, unique) == first, "compiled once"
