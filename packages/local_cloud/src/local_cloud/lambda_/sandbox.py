"""Confines a function to its private temporary folder. Runs inside the function's process.

The source of this module is put in front of MiniStack's worker script, so it uses the standard
library alone.
"""

import errno
import os
import sys


def confine_writes() -> None:
    """Refuse every write outside TMPDIR, as the read-only file system of AWS does.

    Bytecode of the function's own code is written beside it, for its next environment.

    An audit hook rather than file modes: modes do not stop root, and read-only folders are hard
    to delete.
    """
    allowed = os.path.realpath(os.environ["TMPDIR"]) + os.sep
    code = os.path.realpath(os.environ["LAMBDA_TASK_ROOT"]) + os.sep
    two_paths = {"os.rename", "os.link"}
    one_path = {"os.mkdir", "os.remove", "os.rmdir", "os.truncate", "os.chmod", *two_paths}

    def check(path: object) -> None:
        if isinstance(path, int) or path is None:
            return
        full = os.path.realpath(os.fsdecode(path))  # type: ignore[arg-type]
        is_bytecode = full.startswith(code) and f"{os.sep}__pycache__" in full
        if not ((full + os.sep).startswith((allowed, "/dev/")) or is_bytecode):
            hint = "a function may write below tempfile.gettempdir() only"
            raise OSError(errno.EROFS, f"Read-only file system ({hint})", full)

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
                check(path)
        elif event in one_path:
            check(arguments[0])
            if event in two_paths:
                check(arguments[1])

    sys.addaudithook(hook)


confine_writes()
