"""Code of the pipeline steps; each folder is uploaded as it is and runs in its own container."""
