"""Generator of the pipeline definitions, one template per model of the catalogue.

`python -m pipeline_defs` writes `definitions/<type>.json`; Terraform fills the placeholders in.
"""
