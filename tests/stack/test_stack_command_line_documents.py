"""Every command in a shell block of the documents runs: as it is written, or in another test."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import uuid
import venv
from pathlib import Path

import pytest

from navigation_model.packer.light import pack_light_release
from tests.stack.navigation_driver import NavigationDriver
from tests.stack.stack_driver import TypeDriver
from tests.stack.test_stack_plan import copy_of_the_repository
from vis_assis.build.environments import ROOT
from vis_assis.local.environment_file import write_environment
from vis_assis.local.local_stack import LocalStack

PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "MODELS.md", "SECURITY.md")),
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted(ROOT.glob("packages/*/README.md")),
    *sorted(ROOT.glob("examples/*/README.md")),
]
LANGUAGES = {"js", "json", "mermaid", "python", "text", "yaml"}
# What runs a command that does not end, takes minutes, or needs another machine or stack.
RUN_BY = {
    ".ci/run": {"": ["make demo", "make test"]},
    "packages/local_cloud/tests/gateway/test_process.py": {
        "test_ends_with_its_parent": ["local-cloud --port 4570 --state-dir build/local-cloud"]
    },
    "packages/local_cloud/tests/terraform/test_pipeline_terraform.py": {
        "test_a_pipeline_is_applied_run_updated_and_destroyed": [
            "terraform init && terraform apply"
        ]
    },
    "tests/browser/test_browser_console.py": {
        "test_it_says_what_there_is": ["vis-assis console"],
    },
    "tests/navigation_model/packer/test_navigation_pack.py": {
        "test_a_revision_is_downloaded_and_packed": [
            "HF_TOKEN=… .venv/bin/python -m navigation_model.pack"
        ]
    },
    "tests/stack/test_stack_extension.py": {
        "test_a_model_that_was_trained_gets_to_production": [
            "cp pipeline_defs/examples/training.py pipeline_defs/extensions/depth.py",
            "make deploy",
            ".venv/bin/vis-assis run depth --set Epochs=300",
        ]
    },
    "tests/stack/test_stack_local_command.py": {
        "test_the_file_appears_when_all_is_ready_and_goes_with_the_cloud": ["make local"]
    },
    "tests/stack/test_stack_navigation_commands.py": {
        "test_ask": ["vis-assis navigation ask IMAGE PROMPT"],
        "test_publish_status_and_rollback": [
            "vis-assis navigation publish FILE",
            "vis-assis navigation rollback RELEASE",
        ],
    },
    "tests/stack/test_stack_verify.py": {"test_it_passes_and_leaves_nothing": ["make verify"]},
    "tests/vis_assis/local/test_web_server.py": {"test_a_browser_can_use_each_file": ["make web"]},
}
ELSEWHERE = {c for tests in RUN_BY.values() for commands in tests.values() for c in commands}


def blocks(page: Path) -> list[list[str]]:
    """The commands of each shell block, without comments."""
    text = page.read_text()
    found = re.findall(r"^ *```(\w*)\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    unknown = {language for language, _ in found} - LANGUAGES - {"sh"}
    assert unknown == set(), f"{page.name}: blocks of commands are `sh`"
    shell = [body.splitlines() for language, body in found if language == "sh"]
    return [[c for line in lines if (c := line.partition(" #")[0].strip())] for lines in shell]


@pytest.mark.parametrize("file", RUN_BY)
def test_what_runs_elsewhere_does(file: str) -> None:
    text, pages = (ROOT / file).read_text(), [page.read_text() for page in PAGES]
    for test, commands in RUN_BY[file].items():
        assert f"def {test}(" in text or not test
        for command in commands:
            assert any(command in page for page in pages), f"{command}: in no document"
            assert test or command in text.splitlines()


class Reader:
    """Somebody in a clone with `make local` running there, who types what a document says."""

    def __init__(self, stack: LocalStack, clone: Path) -> None:
        self.stack, self.clone = stack, clone
        for installed in (".venv", ".cache"):
            (ROOT / installed).mkdir(exist_ok=True)
            (clone / installed).symlink_to(ROOT / installed)
        venv.create(clone / "own")  # what is installed by hand goes there
        (clone / "build").mkdir()
        (clone / "build" / "local").symlink_to(stack.terraform.data_dir.parent)
        write_environment(clone / "build" / "local.env", stack.cloud.environment(), stack.outputs)
        (clone / "profiles").write_text("[profile reader]\nregion = eu-west-1\n")

    def run(self, commands: list[str]) -> None:
        """Types the commands into one shell; each has to succeed."""
        profile = f"export AWS_CONFIG_FILE={self.clone / 'profiles'}"
        given = ["set -a; . build/local.env; set +a", profile, "set -x"]
        done = subprocess.run(
            ["sh", "-euc", "\n".join([*given, *map(self._filled, commands)])],
            cwd=self.clone,
            env={
                **{name: value for name, value in os.environ.items() if name[:4] != "AWS_"},
                "HF_ENDPOINT": self.stack.cloud.hub_url,
                "PIP_NO_DEPS": "1",
                "PIP_PYTHON": str(self.clone / "own" / "bin" / "python"),
                "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout

    def _filled(self, command: str) -> str:
        """The command with what the reader has to fill in, or to have at hand."""
        if "navigation publish" in command:
            archive = self.clone / "build" / "navigation" / "model.tar.gz"
            archive.parent.mkdir(exist_ok=True)
            pack_light_release(archive, uuid.uuid4().hex)
        if "navigation rollback" in command:
            driver = NavigationDriver(self.stack, self.clone)
            former = driver.serve_new().release
            driver.serve_new()
            command = re.sub("[0-9a-f]{32}", former, command)
        return command.replace("AWS_PROFILE=…", "AWS_PROFILE=reader")


@pytest.fixture
def reader(stack: LocalStack, tmp_path: Path) -> Reader:
    TypeDriver(stack, "depth").reset()
    return Reader(stack, copy_of_the_repository(tmp_path / "clone"))


@pytest.mark.long
@pytest.mark.parametrize(
    "page", [page for page in PAGES if blocks(page)], ids=lambda page: page.name
)
def test_the_commands_of_a_page_run(reader: Reader, page: Path) -> None:
    for lines in blocks(page):
        reader.run([command for command in lines if command not in ELSEWHERE])
