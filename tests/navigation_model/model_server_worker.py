"""One worker of the model server: the image's own toolkit around a release.

Started as a script: reads requests as JSON lines, writes what a client would get as JSON lines.
"""

from __future__ import annotations

import base64
import json
import sys
from typing import Any

from mms.context import Context, RequestProcessor
from mms.metrics.metrics_store import MetricsStore
from mms.service import PredictionException
from sagemaker_huggingface_inference_toolkit.handler_service import HuggingFaceHandlerService


def answer(handler: Any, context: Any, request: dict[str, Any]) -> dict[str, Any]:
    """What `mms.service.Service.predict` makes of one request."""
    context.request_ids = {0: "request"}
    context.request_processor = [RequestProcessor(request["headers"])]
    context.metrics = MetricsStore(context.request_ids, context.model_name)
    try:
        [body] = handler.handle([{"body": bytearray(base64.b64decode(request["body"]))}], context)
    except PredictionException as exc:
        return {"status": exc.error_code, "body": exc.message, "raised": True}
    status, _ = context.get_response_status(0)
    return {"status": status, "body": body, "raised": False}


def main(model_dir: str) -> None:
    """Loads the release and answers until standard input ends."""
    replies, sys.stdout = sys.stdout, sys.stderr
    context = Context("model", model_dir, {}, 1, None, "1.1.11")
    handler = HuggingFaceHandlerService()
    handler.initialize(context)
    for line in sys.stdin:
        print(json.dumps(answer(handler, context, json.loads(line))), file=replies, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
