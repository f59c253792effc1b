"""Your own steps: `<type>.py` (hyphens as underscores) with a function `extend`.

docs/extending.md explains it; `pipeline_defs/examples/evaluation.py` is one that works.
"""
