"""What AWS does and the emulators do not: one module per service, applied once at start."""
