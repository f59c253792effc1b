"""A provider of AWS that stays up between commands of Terraform, each of which would start its own.

https://developer.hashicorp.com/terraform/plugin/debugging
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from vis_assis.terraform.runner import Terraform

_VARIABLE = "TF_REATTACH_PROVIDERS"
_PROVIDER = "providers/registry.terraform.io/hashicorp/aws/*/*/terraform-provider-aws*"
# The provider ends with its standard input, and so with whoever holds the other end.
_UNTIL_INPUT_ENDS = '"$0" -debug </dev/null 2>/dev/null & cat; kill $!; wait'
_MEMORY = "600MiB"


@contextmanager
def attached_provider(terraform: Terraform) -> Iterator[Mapping[str, str]]:
    """Starts the provider; yields the variables that make Terraform use it.

    It takes account and credentials from its own environment, not from that of a command, and
    outlives a command that is killed: tests of either start Terraform without these variables.

    Args:
        terraform: initialised; its environment becomes the provider's.
    """
    (binary,) = terraform.working_folder.glob(_PROVIDER)
    with subprocess.Popen(
        ["sh", "-c", _UNTIL_INPUT_ENDS, binary],
        env={**terraform.process_environment(), "GOMEMLIMIT": _MEMORY},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        told = (re.search(f"{_VARIABLE}='(.*)'", line) for line in process.stdout)
        yield {_VARIABLE: next(found[1] for found in told if found)}
        process.stdin.close()
