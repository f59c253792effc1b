"""A Hugging Face-compatible hub on loopback, for `huggingface_hub` through `HF_ENDPOINT`.

It serves the repositories of folders. `python -m local_cloud.hub --help` lists its options;
`<state-dir>/hub.json` holds its addresses.
"""

ADDRESS_FILE = "hub.json"
REPOSITORIES = "repositories"
