"""What the Makefile calls."""

import sys
from pathlib import Path

# The cleanup is the code of a Lambda function: `vis_assis.stack.cleanup` runs it from here, too.
sys.path.append(str(Path(__file__).resolve().parents[1] / "lambda_src"))
