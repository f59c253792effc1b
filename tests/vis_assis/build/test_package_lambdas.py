"""The Lambda zips: the same bytes everywhere, and complete."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from vis_assis.build import lambda_dependencies, package_lambdas
from vis_assis.build.reproducible_zip import write_zip

LOCK = package_lambdas.LIBRARIES
COMMANDS = (
    "import pathlib, sys; from vis_assis.build import package_lambdas as p; "
    "p.build(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))"
)


def copy_of_repository(folder: Path) -> Path:
    for part in ("lambda_src", "requirements"):
        shutil.copytree(package_lambdas.ROOT / part, folder / part)
    return folder


def installed_copy(folder: Path) -> Path:
    """A copy that takes the dependencies which this repository has installed, to save time."""
    for lock in (package_lambdas.LIBRARIES, package_lambdas.SDK):
        vendor = lambda_dependencies.vendored(package_lambdas.ROOT, lock).parent
    (folder / "build").mkdir(parents=True)
    (folder / "build" / "vendor").symlink_to(vendor)
    return copy_of_repository(folder)


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
    root = installed_copy(tmp_path_factory.mktemp("package"))
    return package_lambdas.build(root / "out", root)


def test_every_function_has_a_zip(zips: dict[str, Path]) -> None:
    handlers = (package_lambdas.ROOT / "lambda_src").glob("*/handler.py")
    assert set(zips) == {path.parent.name for path in handlers} >= {"promote_model"}


def test_two_clones_give_the_same_bytes(tmp_path: Path) -> None:
    first = installed_copy(tmp_path / "first")
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
            f"import {name}.handler as h; print(h.handle.__module__, h.__file__); "
            "import boto3; print(boto3.__file__); print(boto3.client('s3'))"
        )
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", program],
            env={"AWS_DEFAULT_REGION": "eu-west-1", "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        handler, sdk, _ = done.stdout.splitlines()
        assert str(code) in handler
        assert sdk.startswith(str(code)) == (name in package_lambdas.CARRY_SDK)


def test_who_copies_under_a_condition_carries_an_sdk_for_its_clients() -> None:
    source = package_lambdas.ROOT / "lambda_src"
    code = {
        name: "".join(path.read_text() for path in (source / name).rglob("*.py"))
        for name in package_lambdas.function_names(source)
    }
    assert tuple(n for n in code if "common.s3_copy" in code[n]) == package_lambdas.CARRY_SDK
    carrying = "".join(code[name] for name in package_lambdas.CARRY_SDK)
    asked = set(re.findall(r'\bclient\("([a-z0-9-]+)"', carrying))
    assert set(package_lambdas.SDK_SERVICES) == asked


def test_the_locks_say_the_same_for_every_machine() -> None:
    """pip judges environment markers by the machine that it runs on, not by Lambda's."""
    pins: dict[str, set[str]] = {}
    for lock in (package_lambdas.LIBRARIES, package_lambdas.SDK):
        text = (package_lambdas.ROOT / lock).read_text()
        assert ";" not in text
        for name, version in re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.M):
            pins.setdefault(name, set()).add(version)
    assert {name: found for name, found in pins.items() if len(found) > 1} == {}


def test_dependencies_are_installed_once_per_lock_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = copy_of_repository(tmp_path)
    first = lambda_dependencies.vendored(root, LOCK)
    monkeypatch.setattr(sys, "executable", "false")
    assert lambda_dependencies.vendored(root, LOCK) == first
    (root / LOCK).write_text("# another lock\n")
    with pytest.raises(lambda_dependencies.DependenciesError, match=r"lambda\.txt"):
        lambda_dependencies.vendored(root, LOCK)


def without_pip(monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    environment = root / "without-pip"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    monkeypatch.setattr(sys, "executable", str(environment / "bin" / "python"))


def without_network(monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    for name in (*os.environ, "PIP_EXTRA_INDEX_URL"):
        if name.startswith("PIP_"):
            monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_CACHE_DIR", str(root / "cache"))
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "1")


def without_hash(monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    (root / LOCK).write_text("aws-lambda-powertools==3.37.0\n")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (without_pip, r"has no pip: install it .*, or set PYTHON"),
        (without_network, r"No matching distribution found for .*Retrying .*Connection refused"),
        (without_hash, r"Hashes are required in --require-hashes mode"),
    ],
)
def test_a_failed_installation_is_told_in_one_line_and_not_kept(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Callable[[pytest.MonkeyPatch, Path], None],
    reason: str,
) -> None:
    root = copy_of_repository(tmp_path)
    spoil(monkeypatch, root)
    with pytest.raises(lambda_dependencies.DependenciesError, match=reason) as caught:
        lambda_dependencies.vendored(root, LOCK)
    assert "\n" not in str(caught.value)
    assert list((root / "build" / "vendor").iterdir()) == []


def test_zips_of_removed_functions_disappear(tmp_path: Path) -> None:
    root = installed_copy(tmp_path)
    output = tmp_path / "out"
    output.mkdir()
    (output / "gone.zip").write_bytes(b"old")
    package_lambdas.build(output, root)
    assert not (output / "gone.zip").exists()
