"""The models that this backend delivers, as `models.yaml` describes them.

`load(path)` is the only way in: it returns a checked `Catalogue` or raises `CatalogueError`, whose
message names every faulty field and what to write there.
"""

from catalogue.errors import CatalogueError
from catalogue.loader import DEFAULT_PATH, load
from catalogue.model import Catalogue, Model

__all__ = ["DEFAULT_PATH", "Catalogue", "CatalogueError", "Model", "load"]
