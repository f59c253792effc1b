"""Tokenizers over printable ASCII, in the files of the tokenizers they stand in for."""

from __future__ import annotations

import json
import struct
from typing import Any

from local_cloud.hub.models.onnx_decoders import VOCABULARY

_PRINTABLE = [chr(code) for code in range(ord(" "), ord("~") + 1)]
_END = "<|endoftext|>"
_SPEECH_SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]
_NORMAL, _UNKNOWN, _CONTROL = 1, 2, 3


def as_json(value: object) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def byte_level_files() -> dict[str, bytes]:
    """GPT-2's files: one token per character, no merges."""
    tokens = ["Ġ", *_PRINTABLE[1:], _END]
    vocabulary = {token: index for index, token in enumerate(tokens)}
    special = {"bos_token": _END, "eos_token": _END, "unk_token": _END}
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True}
    model: dict[str, Any] = {"type": "BPE", "unk_token": None, "vocab": vocabulary, "merges": []}
    return {
        "merges.txt": b"#version: 0.2\n",
        "special_tokens_map.json": as_json(special),
        "tokenizer.json": as_json(
            _tokenizer(model, byte_level, byte_level, {_END: vocabulary[_END]})
        ),
        "tokenizer_config.json": as_json(
            {**special, "model_max_length": 1024, "tokenizer_class": "GPT2Tokenizer"}
        ),
        "vocab.json": as_json(vocabulary),
    }


def character_files() -> dict[str, bytes]:
    """SpeechT5's files: a character-level SentencePiece model and its conversion."""
    pieces = _speech_pieces()
    special = {
        "bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>",
    }  # fmt: skip
    metaspace = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always"}
    model = {"type": "Unigram", "unk_id": 3, "vocab": [[piece, 0.0] for piece in pieces]}
    special_ids = {piece: index for index, piece in enumerate(_SPEECH_SPECIAL)}
    return {
        "added_tokens.json": as_json({"<mask>": VOCABULARY - 1}),
        "special_tokens_map.json": as_json(special),
        "spm_char.model": _sentencepiece_model(pieces),
        "tokenizer.json": as_json(_tokenizer(model, metaspace, metaspace, special_ids)),
        "tokenizer_config.json": as_json(
            {**special, "model_max_length": 600, "tokenizer_class": "SpeechT5Tokenizer"}
        ),
    }


def gemma_files() -> dict[str, bytes]:
    """PaliGemma's files, on the same characters."""
    pieces = _speech_pieces()
    special = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>"}
    metaspace = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "never"}
    model = {"type": "Unigram", "unk_id": 3, "vocab": [[piece, 0.0] for piece in pieces]}
    return {
        "added_tokens.json": as_json({"<image>": VOCABULARY}),
        "special_tokens_map.json": as_json(special),
        "tokenizer.json": as_json(_tokenizer(model, metaspace, metaspace, {"<image>": VOCABULARY})),
        "tokenizer.model": _sentencepiece_model(pieces),
        "tokenizer_config.json": as_json({**special, "tokenizer_class": "GemmaTokenizer"}),
    }


def _speech_pieces() -> list[str]:
    # "▁" is the space; the pieces leave room for <mask> within the vocabulary.
    characters = ["▁", *_PRINTABLE[1:]]
    return [*_SPEECH_SPECIAL, *characters][: VOCABULARY - 1]


def _tokenizer(
    model: dict[str, Any],
    pre_tokenizer: dict[str, Any],
    decoder: dict[str, Any],
    special: dict[str, int],
) -> dict[str, Any]:
    added = [
        {
            "id": index, "content": token, "special": True, "single_word": False,
            "lstrip": False, "rstrip": False, "normalized": False,
        }
        for token, index in special.items()
    ]  # fmt: skip
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": added,
        "normalizer": None,
        "pre_tokenizer": pre_tokenizer,
        "post_processor": None,
        "decoder": decoder,
        "model": model,
    }


def _sentencepiece_model(pieces: list[str]) -> bytes:
    """A SentencePiece ModelProto: field 1 repeats piece (1), score (2) and type (3)."""
    encoded = bytearray()
    for piece in pieces:
        kind = _NORMAL
        if piece in _SPEECH_SPECIAL:
            kind = _UNKNOWN if piece == "<unk>" else _CONTROL
        text = piece.encode()
        message = bytes([0x0A, len(text)]) + text
        message += b"\x15" + struct.pack("<f", 0.0) + bytes([0x18, kind])
        encoded += bytes([0x0A, len(message)]) + message
    return bytes(encoded)
