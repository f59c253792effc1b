"""Verifies ECDSA on the curve P-256 (FIPS 186-5, section 6.4.2; SP 800-186, section 3.2.1.3).

Everything here is public, so the time that it takes may depend on it. KMS signs.
"""

from __future__ import annotations

from functools import lru_cache

Point = tuple[int, int]

PRIME = 2**256 - 2**224 + 2**192 + 2**96 - 1
ORDER = 0xFFFFFFFF_00000000_FFFFFFFF_FFFFFFFF_BCE6FAAD_A7179E84_F3B9CAC2_FC632551
BASE: Point = (
    0x6B17D1F2_E12C4247_F8BCE6E5_63A440F2_77037D81_2DEB33A0_F4A13945_D898C296,
    0x4FE342E2_FE1A7F9B_8EE7EB4A_7C0F9E16_2BCE3357_6B315ECE_CBB64068_37BF51F5,
)


@lru_cache(maxsize=16)
def is_signature(public: Point, digest: int, r: int, s: int) -> bool:
    """Whether the key signed a message with this SHA-256.

    Args:
        public: a point of the curve, which is not checked.
    """
    if not (0 < r < ORDER and 0 < s < ORDER):
        return False
    inverse = pow(s, -1, ORDER)
    of_base, of_key = digest * inverse % ORDER, r * inverse % ORDER
    total: Point | None = None
    for bit in reversed(range(ORDER.bit_length())):
        total = _add(total, total)
        if of_base >> bit & 1:
            total = _add(total, BASE)
        if of_key >> bit & 1:
            total = _add(total, public)
    return total is not None and total[0] % ORDER == r


def _add(one: Point | None, other: Point | None) -> Point | None:
    """The sum of two points; None is the point at infinity."""
    if one is None or other is None:
        return one or other
    if one[0] == other[0] and (one[1] + other[1]) % PRIME == 0:
        return None
    if one == other:
        slope = (3 * one[0] ** 2 - 3) * pow(2 * one[1], -1, PRIME)
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, PRIME)
    x = (slope**2 - one[0] - other[0]) % PRIME
    return x, (slope * (one[0] - x) - one[1]) % PRIME
