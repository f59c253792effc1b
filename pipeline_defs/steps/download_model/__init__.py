"""Pipeline step: fetches one model from Hugging Face, checks it and packs it for the browser.

The folder is uploaded as it is and runs as `python3 <folder>/run.py` in a processing container, so
it imports nothing of this repository and, before `packages.ensure`, nothing but the standard
library.
"""
