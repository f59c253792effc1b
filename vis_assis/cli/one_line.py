"""How the commands speak: lines as they are, and one line for what can be expected to fail."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from catalogue import CatalogueError
from common.errors import VisAssisError
from vis_assis.build.lambda_dependencies import DependenciesError
from vis_assis.errors import CommandError
from vis_assis.terraform.message import one_line
from vis_assis.terraform.runner import TerraformError

EXPECTED = (
    CommandError,
    # Of code below this package, which does not know it.
    BotoCoreError,
    Boto3Error,
    CatalogueError,
    ClientError,
    DependenciesError,
    VisAssisError,
)

FAILED, INTERRUPTED = 1, 130
# By the code of the error, or the name of botocore's exception.
REMEDIES = {
    "NoCredentialsError PartialCredentialsError": (
        "set AWS_PROFILE, or load build/local.env for the running `make local`"
    ),
    "ExpiredToken ExpiredTokenException RequestExpired TokenRetrievalError SSOTokenLoadError "
    "UnauthorizedSSOTokenError": "sign in again, such as with `aws sso login`",
    "InvalidClientTokenId UnrecognizedClientException SignatureDoesNotMatch": (
        "these keys are not, or no longer, of an AWS account: set AWS_PROFILE"
    ),
    "Throttling ThrottlingException TooManyRequestsException SlowDown RequestLimitExceeded": (
        "AWS takes no more requests for the moment: run it again in a minute"
    ),
    "ProfileNotFound": "`aws configure list-profiles` names those there are",
    "EndpointConnectionError NoRegionError InvalidRegionError": (
        "set AWS_REGION to a region that there is, such as eu-west-1, and check the network"
    ),
}


@contextmanager
def one_line_errors(command: str, log: Path | None = None) -> Iterator[None]:
    """Ends the program with one line on stderr for everything that can be expected to fail.

    Args:
        command: what failed, as the line begins.
        log: file with all that Terraform printed.
    """
    try:
        yield
    except TerraformError as error:
        where = f" (all of it: {log})" if log else ""
        text = one_line(str(error)) + where
    except EXPECTED as error:
        text = explained(error)
    except KeyboardInterrupt:
        print(f"{command} was interrupted: run it again", file=sys.stderr)
        raise SystemExit(INTERRUPTED) from None
    else:
        return
    print(f"{command} failed: {text}", file=sys.stderr)
    raise SystemExit(FAILED)


def explained(error: BaseException) -> str:
    """The error's text, and what to do where AWS's own words do not say."""
    source = error.__cause__ if isinstance(error, CommandError) and error.__cause__ else error
    if isinstance(error, Boto3Error) and error.__context__:  # an upload's, around AWS's answer
        source = error.__context__
    code = type(source).__name__
    if isinstance(source, ClientError):
        code = source.response["Error"]["Code"]
    remedy = next((text for codes, text in REMEDIES.items() if code in codes.split()), None)
    return f"{source}: {remedy}" if remedy else str(error)


def say(text: str) -> None:
    """Prints a line as it is."""
    Console(highlight=False).print(text, markup=False, soft_wrap=True)
