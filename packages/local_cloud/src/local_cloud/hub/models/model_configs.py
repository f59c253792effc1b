"""The JSON files beside the weights; sizes agree with the graphs in `onnx_models`."""

from __future__ import annotations

from typing import Any

from local_cloud.hub.attention import HEADS, HIDDEN
from local_cloud.hub.models.onnx_decoders import FRAMES_PER_STEP, MEL_BINS, SPEAKER_SIZE, VOCABULARY
from local_cloud.hub.models.onnx_models import CLASSES, MODELS, PATCH, SAMPLES_PER_FRAME
from local_cloud.hub.models.tokenizer_files import as_json

_NAMED_CLASSES = ("person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck")
_IMAGE_NET = {"image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}
_QUANTIZED_OPERATORS = ["Gather", "MatMul", "Mul", "Relu", "Reshape", "Transpose"]


def depth_configs(version: str) -> dict[str, bytes]:
    return {
        "config.json": _config(
            version,
            "DepthAnythingForDepthEstimation",
            {"model_type": "depth_anything", "fusion_hidden_size": HIDDEN, "patch_size": 14},
        ),
        "preprocessor_config.json": _image_processor(
            "DPTImageProcessor", 518, ensure_multiple_of=14, keep_aspect_ratio=True, **_IMAGE_NET
        ),
        "quantize_config.json": _quantization("depth"),
    }


def caption_configs(version: str) -> dict[str, bytes]:
    encoder = {"model_type": "vit", "hidden_size": HIDDEN, "image_size": 224, "patch_size": PATCH}
    end = VOCABULARY - 1
    tokens = {"bos_token_id": end, "eos_token_id": end}
    decoder = {
        "model_type": "gpt2", "n_embd": HIDDEN, "n_head": HEADS, "n_layer": 1,
        "vocab_size": VOCABULARY, "add_cross_attention": True, **tokens,
    }  # fmt: skip
    generation = {**tokens, "decoder_start_token_id": end, "pad_token_id": end, "max_length": 16}
    return {
        "config.json": _config(
            version,
            "VisionEncoderDecoderModel",
            {
                "model_type": "vision-encoder-decoder",
                "is_encoder_decoder": True,
                "encoder": encoder,
                "decoder": decoder,
                **generation,
            },
        ),
        "generation_config.json": as_json({**generation, "transformers_version": version}),
        "preprocessor_config.json": _image_processor(
            "ViTFeatureExtractor", 224, image_mean=[0.5] * 3, image_std=[0.5] * 3
        ),
        "quantize_config.json": _quantization("caption"),
    }


def speech_configs(version: str) -> dict[str, bytes]:
    tokens = {"bos_token_id": 0, "pad_token_id": 1, "eos_token_id": 2}
    layers = {
        f"{side}_{name}": size
        for side in ("encoder", "decoder")
        for name, size in (("layers", 1), ("attention_heads", HEADS))
    }
    return {
        "config.json": _config(
            version,
            "SpeechT5ForTextToSpeech",
            {
                "model_type": "speecht5",
                "hidden_size": HIDDEN,
                "num_mel_bins": MEL_BINS,
                "reduction_factor": FRAMES_PER_STEP,
                "speaker_embedding_dim": SPEAKER_SIZE,
                "vocab_size": VOCABULARY,
                "is_encoder_decoder": True,
                **layers,
                **tokens,
            },
        ),
        "generation_config.json": as_json({**tokens, "transformers_version": version}),
        "preprocessor_config.json": as_json(
            {
                "feature_extractor_type": "SpeechT5FeatureExtractor",
                "processor_class": "SpeechT5Processor",
                "num_mel_bins": MEL_BINS,
                "sampling_rate": 16000,
            }
        ),
        "quantize_config.json": _quantization("speech"),
    }


def vocoder_configs(version: str) -> dict[str, bytes]:
    return {
        "config.json": _config(
            version,
            "SpeechT5HifiGan",
            {
                "model_type": "hifigan",
                "model_in_dim": MEL_BINS,
                "sampling_rate": 16000,
                "hop_length": SAMPLES_PER_FRAME,
            },
        ),
        "quantize_config.json": _quantization("vocoder"),
    }


def detector_configs(version: str) -> dict[str, bytes]:
    labels = [*_NAMED_CLASSES, *(f"class {n}" for n in range(len(_NAMED_CLASSES), CLASSES))]
    return {
        "config.json": _config(
            version,
            "YOLOv9",
            {"model_type": "yolov9", "id2label": {str(n): name for n, name in enumerate(labels)}},
        ),
        "preprocessor_config.json": _image_processor("ImageFeatureExtractor", 640),
        "quantize_config.json": _quantization("detector"),
    }


def navigation_configs(version: str) -> dict[str, bytes]:
    tokens = {"bos_token_id": 0, "pad_token_id": 1, "eos_token_id": 2}
    return {
        "config.json": _config(
            version,
            "PaliGemmaForConditionalGeneration",
            {
                "model_type": "paligemma",
                "hidden_size": HIDDEN,
                "image_token_index": VOCABULARY,
                "text_config": {"model_type": "gemma", "hidden_size": HIDDEN},
                "vision_config": {"model_type": "siglip_vision_model", "image_size": 224},
                **tokens,
            },
        ),
        "generation_config.json": as_json({**tokens, "transformers_version": version}),
        "preprocessor_config.json": _image_processor(
            "SiglipImageProcessor", 224, processor_class="PaliGemmaProcessor", image_seq_length=256
        ),
    }


def _config(version: str, architecture: str, values: dict[str, Any]) -> bytes:
    return as_json({"architectures": [architecture], **values, "transformers_version": version})


def _image_processor(kind: str, side: int, **values: Any) -> bytes:
    size = {"height": side, "width": side}
    switches = {"do_normalize": True, "do_rescale": True, "do_resize": True}
    return as_json({"image_processor_type": kind, "size": size, **switches, **values})


def _quantization(kind: str) -> bytes:
    component = {"op_types": _QUANTIZED_OPERATORS, "weight_type": "QUInt8"}
    return as_json(
        {
            "per_channel": False,
            "reduce_range": True,
            "per_model_config": dict.fromkeys(MODELS[kind], component),
        }
    )
