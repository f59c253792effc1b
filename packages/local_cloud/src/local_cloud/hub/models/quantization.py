"""Weights of the small models and their packing in each precision that transformers.js names.

All weights are multiples of a power of two, so that every step is exact and gives the same bytes
on every machine.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

BLOCK_SIZE = 32
_NF4_LEVELS = (
    -1.0, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453,
    -0.28444138169288635, -0.18477343022823334, -0.09105003625154495, 0.0,
    0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224,
    0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1.0,
)  # fmt: skip


class Precision(StrEnum):
    """A variant of a model; the value is the suffix of its file name."""

    FP32 = ""
    FP16 = "_fp16"
    INT8 = "_int8"
    UINT8 = "_uint8"
    QUANTIZED = "_quantized"
    Q4 = "_q4"
    Q4F16 = "_q4f16"
    BNB4 = "_bnb4"


def integer_weights(seed: str, rows: int, columns: int) -> NDArray[np.int8]:
    """Pseudo-random weights in steps of `weight_step(rows)`; the same for the same seed.

    They take 7 bits: with 8, MatMulInteger of int8 weights saturates on processors without VNNI
    (what quantizers call reduce_range).
    """
    drawn = hashlib.shake_256(seed.encode()).digest(rows * columns)
    return np.frombuffer(drawn, dtype=np.int8).reshape(rows, columns) >> 1


def weight_step(rows: int) -> float:
    """The value of one integer step: keeps sums over `rows` inputs near the inputs' size."""
    return float(2.0 ** -(5 + (rows.bit_length() + 1) // 2))


def float_weights(seed: str, rows: int, columns: int) -> NDArray[np.float32]:
    return (integer_weights(seed, rows, columns) * weight_step(rows)).astype(np.float32)


def pack_four_bits(
    weights: NDArray[np.float32],
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Packed weights and scales for MatMulNBits: blocks along the input, zero point 8.

    `weights` is (inputs, outputs); the result (outputs, blocks, BLOCK_SIZE / 2) and (outputs *
    blocks,). Layout: onnxruntime's ContribOperators.md, com.microsoft.MatMulNBits.
    """
    inputs, outputs = weights.shape
    blocks = -(-inputs // BLOCK_SIZE)
    padded = np.zeros((outputs, blocks * BLOCK_SIZE), np.float32)
    padded[:, :inputs] = weights.T
    grouped = padded.reshape(outputs, blocks, BLOCK_SIZE)
    scales = np.abs(grouped).max(axis=2) / np.float32(7)
    safe = np.where(scales == 0, np.float32(1), scales)
    levels = (np.clip(np.rint(grouped / safe[:, :, None]), -8, 7) + 8).astype(np.uint8)
    packed = levels[:, :, 0::2] | (levels[:, :, 1::2] << 4)
    return packed.astype(np.uint8), scales.reshape(-1).astype(np.float32)


def pack_normal_float(
    weights: NDArray[np.float32],
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Packed weights and block maxima for MatMulBnb4 with quant_type 1 (NF4).

    The weights are flattened output by output and cut into blocks of BLOCK_SIZE.
    Layout: onnxruntime's ContribOperators.md, com.microsoft.MatMulBnb4.
    """
    flat = weights.T.reshape(-1)
    padded = np.zeros(-(-flat.size // BLOCK_SIZE) * BLOCK_SIZE, np.float32)
    padded[: flat.size] = flat
    grouped = padded.reshape(-1, BLOCK_SIZE)
    maxima = np.abs(grouped).max(axis=1)
    safe = np.where(maxima == 0, np.float32(1), maxima)
    table = np.array(_NF4_LEVELS, np.float32)
    distances = np.abs((grouped / safe[:, None])[:, :, None] - table)
    levels = distances.argmin(axis=2).reshape(-1)[: flat.size].astype(np.uint8)
    return ((levels[0::2] << 4) | levels[1::2]).astype(np.uint8), maxima
