"""The repositories the hub knows by itself: the five edge models and the gated navigation model.

Names, layouts and licences are those of the real ones, the weights are small and our own.
onnx and numpy are imported when the first one is asked for: the hub has to start fast.
"""

# ruff: noqa: PLC0415

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from local_cloud.hub.repository import Repository
from local_cloud.hub.repository_history import Configs, build_repository

if TYPE_CHECKING:
    from local_cloud.hub.models.quantization import Precision

_STAND_IN = "A small stand-in with the file layout and the interface of {name}."
_WEIGHT_SHARDS = (
    {"vision_tower.embeddings.weight": (64, 48), "multi_modal_projector.linear.weight": (64, 64)},
    {"language_model.model.embed_tokens.weight": (128, 64)},
    {"language_model.model.layers.0.self_attn.q_proj.weight": (64, 64)},
)


def _depth() -> Repository:
    from local_cloud.hub.models.model_configs import depth_configs

    name = "onnx-community/depth-anything-v2-small"
    return _edge(name, "apache-2.0", "depth", depth_configs, task="depth-estimation")


def _caption() -> Repository:
    from local_cloud.hub.models.model_configs import caption_configs
    from local_cloud.hub.models.tokenizer_files import byte_level_files

    name = "Xenova/vit-gpt2-image-captioning"
    return _edge(
        name,
        "apache-2.0",
        "caption",
        caption_configs,
        task="image-to-text",
        tokenizer=byte_level_files(),
    )


def _speech() -> Repository:
    from local_cloud.hub.models.model_configs import speech_configs
    from local_cloud.hub.models.tokenizer_files import character_files

    name = "Xenova/speecht5_tts"
    return _edge(
        name, "mit", "speech", speech_configs, task="text-to-speech", tokenizer=character_files()
    )


def _vocoder() -> Repository:
    from local_cloud.hub.models.model_configs import vocoder_configs

    return _edge("Xenova/speecht5_hifigan", "mit", "vocoder", vocoder_configs)


def _detector() -> Repository:
    from local_cloud.hub.models.model_configs import detector_configs

    name = "Xenova/yolov9-c_all"
    return _edge(name, "gpl-3.0", "detector", detector_configs, task="object-detection")


def _navigation() -> Repository:
    from local_cloud.hub.models.model_configs import navigation_configs
    from local_cloud.hub.models.safetensors_files import safetensors_file
    from local_cloud.hub.models.tokenizer_files import as_json, gemma_files

    name = "google/paligemma-3b-mix-224"
    total = len(_WEIGHT_SHARDS)
    shards = {
        f"model-{number:05}-of-{total:05}.safetensors": shapes
        for number, shapes in enumerate(_WEIGHT_SHARDS, start=1)
    }
    weights = {file: safetensors_file(name, shapes) for file, shapes in shards.items()}
    parameters = sum(
        rows * columns for shapes in _WEIGHT_SHARDS for rows, columns in shapes.values()
    )
    index = {
        "metadata": {"total_size": 2 * parameters},
        "weight_map": {tensor: file for file, shapes in shards.items() for tensor in shapes},
    }
    weights["model.safetensors.index.json"] = as_json(index)
    return build_repository(
        name,
        "gemma",
        navigation_configs,
        {**weights, **gemma_files()},
        _STAND_IN.format(name=name),
        gated="manual",
        library="transformers",
        pipeline_tag="image-text-to-text",
        card_tags=("safetensors", "paligemma"),
    )


def _edge(
    name: str,
    licence: str,
    kind: str,
    configs: Configs,
    *,
    task: str | None = None,
    tokenizer: Mapping[str, bytes] | None = None,
) -> Repository:
    from local_cloud.hub.models.onnx_models import build_models

    return build_repository(
        name,
        licence,
        configs,
        {**build_models(kind, _all_precisions()), **(tokenizer or {})},
        _STAND_IN.format(name=name),
        library="transformers.js",
        pipeline_tag=task,
        card_tags=("onnx",),
    )


def _all_precisions() -> tuple[Precision, ...]:
    from local_cloud.hub.models.quantization import Precision

    return tuple(Precision)


BUILDERS: dict[str, Callable[[], Repository]] = {
    "onnx-community/depth-anything-v2-small": _depth,
    "Xenova/vit-gpt2-image-captioning": _caption,
    "Xenova/speecht5_tts": _speech,
    "Xenova/speecht5_hifigan": _vocoder,
    "Xenova/yolov9-c_all": _detector,
    "google/paligemma-3b-mix-224": _navigation,
}
