"""Script mode: what the `train` program of AWS's framework images does with a script.

It stands in for the SageMaker Training Toolkit, which those images hold: `environment.py`,
`entry_point.py`, `files.py`, `mapping.py` and `errors.py` of
https://github.com/aws/sagemaker-training-toolkit. It installs no requirements.txt: packages are
those of the interpreter.
"""

from __future__ import annotations

import json
import os
import shutil
import tarfile
from pathlib import Path
from typing import Any

from local_cloud.sagemaker.processing.job_folder import JobFolder
from local_cloud.sagemaker.processing.job_transfers import download_inputs

PROGRAM = "sagemaker_program"
_DIRECTORY = "sagemaker_submit_directory"
_CODE = "/opt/ml/code"


def program_of(request: dict[str, Any]) -> str:
    """The script that the hyperparameters name; empty for none."""
    return str(_parsed((request.get("HyperParameters") or {}).get(PROGRAM, "")))


class ScriptMode:
    """The script of one job.

    Parameters:
        folder: the job's folder, with its channels and its configuration.
        request: the CreateTrainingJob request.
    """

    def __init__(self, folder: JobFolder, request: dict[str, Any]) -> None:
        self._folder = folder
        given = {key: _parsed(text) for key, text in request["HyperParameters"].items()}
        self._own = {key: value for key, value in given.items() if not _is_sagemakers(key)}
        self._directory = str(given.get(_DIRECTORY, _CODE))
        self._program = program_of(request)

    def install(self, s3: Any) -> Path:
        """Put the submitted code into /opt/ml/code, the working directory of the script."""
        target = self._folder.local(_CODE)
        if self._directory.startswith("s3://"):
            source = {"S3Uri": self._directory, "LocalPath": "/opt/ml/input/submitted"}
            download_inputs(s3, [{"S3Input": source}], self._folder)
            (archive,) = self._folder.local(source["LocalPath"]).iterdir()
        else:
            archive = self._folder.local(self._directory)
        if archive.is_file():
            with tarfile.open(archive, "r:gz") as packed:
                packed.extractall(target, filter="data")
        elif archive != target:
            shutil.copytree(archive, target, dirs_exist_ok=True)
        return target

    def command(self) -> list[str]:
        """The script with the hyperparameters as arguments, sorted by name."""
        return ["python3", self._program, *self._arguments()]

    def variables(self) -> dict[str, str]:
        """The SM_* variables that scripts read."""
        config = {
            name: json.loads(self._folder.local(f"/opt/ml/input/config/{name}.json").read_text())
            for name in ("resourceconfig", "inputdataconfig")
        }
        resources, channels = config["resourceconfig"], config["inputdataconfig"]
        values = {
            "channels": sorted(channels),
            "current_host": resources["current_host"],
            "current_instance_group": resources["current_group_name"],
            "current_instance_type": resources["current_instance_type"],
            "hosts": resources["hosts"],
            "hps": self._own,
            "input_config_dir": "/opt/ml/input/config",
            "input_data_config": channels,
            "input_dir": "/opt/ml/input",
            "log_level": 20,
            "model_dir": "/opt/ml/model",
            "module_dir": self._directory,
            "module_name": self._program.removesuffix(".py"),
            "network_interface_name": resources["network_interface_name"],
            "num_cpus": os.cpu_count(),
            "num_gpus": 0,
            "num_neurons": 0,
            "output_data_dir": "/opt/ml/output/data",
            "output_dir": "/opt/ml/output",
            "output_intermediate_dir": "/opt/ml/output/intermediate",
            "resource_config": resources,
            "user_args": self._arguments(),
            "user_entry_point": self._program,
            **{f"channel_{name}": f"/opt/ml/input/data/{name}" for name in channels},
            **{f"hp_{name}": value for name, value in self._own.items()},
        }
        variables = {f"SM_{name.upper()}": _as_variable(value) for name, value in values.items()}
        return {**variables, "PYTHONPATH": _CODE}

    def failure(self, code: int) -> tuple[str, int]:
        """What the toolkit writes to /opt/ml/output/failure, and the exit code of `train`."""
        command = " ".join(self.command())
        return f'ExecuteUserScriptError:\nExitCode {code}\nErrorMessage ""\nCommand "{command}"', 1

    def _arguments(self) -> list[str]:
        found = []
        for name, value in sorted(self._own.items()):
            found += [f"--{name}" if len(name) > 1 else f"-{name}", _as_argument(value)]
        return found


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _is_sagemakers(name: str) -> bool:
    return name.startswith("sagemaker_") or name in (
        "_tuning_objective_metric",
        "default_user_module_name",
    )


def _as_variable(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _as_argument(value: Any) -> str:
    return json.dumps(value) if isinstance(value, dict) else str(value)
