"""Packs `model.tar.gz`: model files at its root, what serves them below `code/`."""
