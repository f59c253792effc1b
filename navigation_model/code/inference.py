"""Entry point of the Hugging Face inference container: PaliGemma answers about an image.

Contract: `sagemaker-huggingface-inference-toolkit` 2.6.0 calls these four functions; the
protocol is described in `navigation_protocol`.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import Any

from PIL import Image

from image_decoding import decode_image
from navigation_protocol.container import Context, Failure, attempt, respond
from navigation_protocol.request import NavigationRequest, parse_request
from paligemma import PaliGemma, load

# Read by release_server: so many threads may be in these functions at once.
REQUESTS_AT_ONCE = 8


@dataclass(frozen=True)
class _Decoded:
    request: NavigationRequest
    image: Image.Image
    milliseconds: dict[str, float]


def model_fn(model_dir: str, context: Context | None = None) -> PaliGemma:
    """Loads the model once per worker, onto the worker's GPU if there is one."""
    return load(model_dir, context.system_properties.get("gpu_id") if context else None)


def input_fn(
    body: str | bytes | bytearray, content_type: str | None, context: Context | None = None
) -> _Decoded | Failure:
    """Checks the request and decodes its image."""

    def decode() -> _Decoded:
        began = perf_counter()
        request = parse_request(body, content_type)
        image = decode_image(request.image)
        return _Decoded(request, image, {"decode": 1000 * (perf_counter() - began)})

    return attempt(decode, context)


def predict_fn(
    decoded: _Decoded | Failure, model: PaliGemma, context: Context | None = None
) -> dict[str, Any] | Failure:
    """Asks the questions of the request that the answers call for."""
    if isinstance(decoded, Failure):
        return decoded

    def ask() -> dict[str, Any]:
        request, milliseconds = decoded.request, decoded.milliseconds
        answers = model.answer_all(decoded.image, request.questions, milliseconds)
        return request.payload(answers, milliseconds)

    return attempt(ask, context)


def output_fn(
    result: dict[str, Any] | Failure, accept: str | None, context: Context | None = None
) -> str:
    """The response body, with its status set."""
    return respond(result, accept, context)
