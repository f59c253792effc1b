"""The Lambda zips: the same bytes everywhere, and complete."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tooling import lambda_dependencies, package_lambdas
from tooling.reproducible_zip import write_zip

COMMANDS = (
    "import pathlib, sys; from tooling import package_lambdas as p; "
    "p.build(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))"
)


def copy_of_repository(folder: Path) -> Path:
    for part in ("lambda_src", "requirements"):
        shutil.copytree(package_lambdas.ROOT / part, folder / part)
    return folder


def build_in_process(root: Path, umask: int) -> dict[str, bytes]:
    """Contents of the zips that a separate process builds under a umask."""
    output = root / "build" / "lambda"
    subprocess.run(
        [sys.executable, "-c", COMMANDS, str(output), str(root)],
        cwd=package_lambdas.ROOT,
        umask=umask,
        check=True,
    )
    return {path.name: path.read_bytes() for path in output.glob("*.zip")}


@pytest.fixture(scope="module")
def zips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = copy_of_repository(tmp_path_factory.mktemp("package"))
    return {path.stem: path for path in package_lambdas.build(root / "out", root)}


def test_every_function_has_a_zip(zips: dict[str, Path]) -> None:
    handlers = (package_lambdas.ROOT / "lambda_src").glob("*/handler.py")
    assert set(zips) == {path.parent.name for path in handlers} >= {"promote_model"}


def test_two_clones_give_the_same_bytes(tmp_path: Path) -> None:
    first = copy_of_repository(tmp_path / "first")
    second = copy_of_repository(tmp_path / "elsewhere" / "second")
    for path in second.rglob("*"):
        os.utime(path, (0, 1_000_000_000))
        path.chmod(0o700 if path.is_dir() else 0o600)
    bytecode = second / "lambda_src" / "common" / "__pycache__"
    bytecode.mkdir(exist_ok=True)
    (bytecode / "left.cpython-313.pyc").write_bytes(b"over")
    for leftover in (".DS_Store", "lane.py~", "lane.py.orig", "#lane.py#"):
        (second / "lambda_src" / "common" / leftover).write_bytes(b"noise")
    assert build_in_process(first, 0o022) == build_in_process(second, 0o077)


def test_the_bytes_do_not_depend_on_the_interpreter(tmp_path: Path) -> None:
    """The digest is what Python 3.11, 3.12 and 3.13 all gave."""
    (tmp_path / "a").write_bytes(b"print('one')\n" * 1000)
    (tmp_path / "b").write_bytes(b"")
    content = {"folder/one.py": tmp_path / "a", "folder/empty.py": tmp_path / "b"}
    digest = hashlib.sha256(write_zip(tmp_path / "x.zip", content).read_bytes()).hexdigest()
    assert digest == "c9ba60f5b5621cdf380c9dd930f03e80a997275e4d15cf3cc9049fd8eda7add2"


def test_entries_are_sorted_plain_and_free_of_machine_traces(zips: dict[str, Path]) -> None:
    traces = re.compile(rb"/site-packages/|" + re.escape(str(package_lambdas.ROOT).encode()))
    noise = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"}
    for path in zips.values():
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            assert [item.filename for item in entries] == sorted(archive.namelist())
            for item in entries:
                assert item.date_time == (1980, 1, 1, 0, 0, 0)
                assert item.external_attr >> 16 == 0o100644
                assert item.compress_type == zipfile.ZIP_STORED
                assert Path(item.filename).name not in noise
                assert not item.filename.startswith("bin/")
                assert "__pycache__" not in item.filename
                assert not traces.search(archive.read(item))


def test_zips_import_with_nothing_but_boto3(zips: dict[str, Path], tmp_path: Path) -> None:
    """Isolated interpreter: no site-packages, and of this environment only boto3's packages."""
    runtime = tmp_path / "runtime"
    runtime.mkdir()
    packages = Path(pytest.__file__).parent.parent
    for name in ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six.py"):
        (runtime / name).symlink_to(packages / name)
    for name, path in zips.items():
        code = tmp_path / name
        with zipfile.ZipFile(path) as archive:
            archive.extractall(code)
        program = (
            f"import sys; sys.path[:0] = [{str(code)!r}, {str(runtime)!r}]; "
            f"import {name}.handler as h; print(h.handle.__module__, h.__file__)"
        )
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", program],
            env={"AWS_DEFAULT_REGION": "eu-west-1", "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert str(code) in done.stdout


def test_dependencies_are_installed_once_per_lock_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = copy_of_repository(tmp_path)
    first = lambda_dependencies.vendored(root)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no" / "python"))
    assert lambda_dependencies.vendored(root) == first
    (root / "requirements" / "lambda.txt").write_text("# another lock\n")
    with pytest.raises(lambda_dependencies.DependenciesError, match="make setup"):
        lambda_dependencies.vendored(root)


def test_a_failed_installation_is_not_kept(tmp_path: Path) -> None:
    root = copy_of_repository(tmp_path)
    (root / "requirements" / "lambda.txt").write_text("aws-lambda-powertools==3.37.0\n")
    with pytest.raises(lambda_dependencies.DependenciesError, match="hash"):
        lambda_dependencies.vendored(root)
    assert list((root / "build" / "vendor").iterdir()) == []


def test_zips_of_removed_functions_disappear(tmp_path: Path) -> None:
    root = copy_of_repository(tmp_path)
    output = tmp_path / "out"
    output.mkdir()
    (output / "gone.zip").write_bytes(b"old")
    assert output / "gone.zip" not in package_lambdas.build(output, root)
    assert not (output / "gone.zip").exists()
