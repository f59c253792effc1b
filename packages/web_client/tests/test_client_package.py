"""What npm publishes: these files, and types that name what is there."""

from __future__ import annotations

import json
import re
import subprocess

from client_delivery import PACKAGE
from client_tab import Tab

MEMBERS = """async () => {
  const { createModels, ModelFiles, ...rest } = await import("/src/index.js");
  const models = createModels({ endpoint: "", getToken: () => "", keys: "" });
  const own = (prototype) => Object.getOwnPropertyNames(prototype);
  return {
    module: ["createModels", "ModelFiles", ...Object.keys(rest)],
    Models: own(Object.getPrototypeOf(models)),
    ModelFiles: [...own(ModelFiles.prototype), "type", "sequence", "model"],
  };
}"""


def test_npm_packs_sources_types_and_texts_only() -> None:
    packed = subprocess.run(
        ["npm", "pack", "--dry-run", "--json"],
        cwd=PACKAGE,
        check=True,
        capture_output=True,
        text=True,
    )
    [package] = json.loads(packed.stdout)
    texts = {"package.json", "README.md", "LICENSE", "CHANGELOG.md", "index.d.ts"}
    sources = {f"src/{path.name}" for path in (PACKAGE / "src").iterdir()}
    assert {file["path"] for file in package["files"]} == texts | sources


def test_the_types_name_what_is_there(tab: Tab) -> None:
    types = (PACKAGE / "index.d.ts").read_text()
    members: dict[str, list[str]] = tab.page.evaluate(MEMBERS)
    exported = re.findall(r"^export (?:class|function) (\w+)", types, re.MULTILINE)
    assert sorted(exported) == sorted(members.pop("module"))
    for name, there in members.items():
        [body] = re.findall(rf"^export (?:class|interface) {name} {{\n(.*?)^}}", types, re.M | re.S)
        named = re.findall(r"^  (?:readonly )?(\w+)[(:]", body, re.MULTILINE)
        assert sorted(named) == sorted(set(there) - {"constructor"})
