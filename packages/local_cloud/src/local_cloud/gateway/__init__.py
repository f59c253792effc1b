"""The server: routing, the control plane, time, and what is patched at start."""
