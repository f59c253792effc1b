"""Runs the folder that it lies in as a package, whatever the working directory is."""

import runpy
import sys
from pathlib import Path

folder = Path(__file__).resolve().parent
sys.dont_write_bytecode = True
# The folder's own modules must be reachable through the package only.
sys.path[:] = [str(folder.parent), *(entry for entry in sys.path if entry != str(folder))]
runpy.run_module(folder.name, run_name="__main__", alter_sys=True)
