"""Makes the zip that is registered out of a training job's model.tar.gz.

The provenance stays that of the model that the training began with, whose licence goes on to bind.
"""

import argparse
import hashlib
import json
import os
import sys
import tarfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

PROVENANCE = "provenance.json"


def pack(trained: Path, archive: Path) -> None:
    """Write the files of model.tar.gz to a zip: stored, sorted, without times."""
    with tarfile.open(trained, "r:gz") as source, zipfile.ZipFile(archive, "w") as target:
        members = [member for member in source.getmembers() if member.isfile()]
        for member in sorted(members, key=lambda member: member.name):
            content = source.extractfile(member)
            assert content is not None  # noqa: S101 - it is a file
            target.writestr(zipfile.ZipInfo(member.name), content.read())


def main(arguments: Sequence[str]) -> int:
    """Leave the zip and provenance.json in `--output-dir`."""
    parser = argparse.ArgumentParser(prog="pack_model")
    parser.add_argument("--trained", type=Path, required=True)
    parser.add_argument("--base-dir", type=Path, required=True)
    parser.add_argument("--archive-name", required=True)
    parser.add_argument("--output-dir", type=Path, required=True)
    given = parser.parse_args(arguments)
    given.output_dir.mkdir(parents=True, exist_ok=True)
    archive = given.output_dir / given.archive_name
    pack(given.trained, archive)
    content = archive.read_bytes()
    provenance = json.loads((given.base_dir / PROVENANCE).read_text(encoding="utf-8"))
    provenance |= {
        "zip_name": archive.name,
        "zip_bytes": str(len(content)),
        "zip_sha256": hashlib.sha256(content).hexdigest(),
    }
    (given.output_dir / PROVENANCE).write_text(
        json.dumps(provenance, indent=2, sort_keys=True) + "\n", encoding="utf-8"
    )
    _log(f"{archive.name}: {len(content)} bytes")
    return 0


def _log(message: str) -> None:
    """One JSON line with the id that follows the model into production."""
    print(json.dumps({"message": message, "correlation_id": os.environ.get("CORRELATION_ID")}))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
