"""Owns hash functions of text: FarmHash's 64-bit fingerprint, and SipHash-2-4.

They are those that TensorFlow sorts text into bins by, so that the same text comes into the same
bin. Fingerprints are as Google published them (farmhashna::Hash64), SipHash is by Aumasson and
Bernstein, 2012.
"""

from __future__ import annotations

import functools

__all__ = ["bin_of", "fingerprint", "joined", "siphash"]

_ALL = (1 << 64) - 1
_K0, _K1, _K2 = 0xC3A5C85C97CB3127, 0xB492B66FBE98F273, 0x9AE16A3B2F90404F
_K_JOIN = 0xC6A4A7935BD1E995

_Pair = tuple[int, int]


def _at(text: bytes, place: int, size: int = 8) -> int:
    """The number that lies at a place, the lowest byte first."""
    return int.from_bytes(text[place : place + size], "little")


def _turned(value: int, by: int) -> int:
    """Bits turned around to the right."""
    value &= _ALL
    return ((value >> by) | (value << (64 - by))) & _ALL


def _mixed(value: int) -> int:
    value &= _ALL
    return value ^ (value >> 47)


def _of_two(u: int, v: int, factor: int) -> int:
    a = _mixed((u ^ v) * factor)
    b = _mixed((v ^ a) * factor)
    return (b * factor) & _ALL


@functools.lru_cache(maxsize=65536)
def fingerprint(text: bytes) -> int:
    """Returns FarmHash's 64-bit fingerprint of some bytes.

    Args:
        text: The bytes.

    Returns:
        From 0 to 2**64 - 1.

    Example:
        >>> fingerprint(b"hello") % 10
        6
    """
    length = len(text)
    if length <= 16:
        return _up_to_16(text, length)
    if length <= 32:
        return _up_to_32(text, length)
    if length <= 64:
        return _up_to_64(text, length)
    return _long(text, length)


def bin_of(text: bytes, bins: int, salt: list[int] | None = None) -> int:
    """Returns the bin that some bytes are sorted into.

    Args:
        text: The bytes.
        bins: How many bins there are.
        salt: Two numbers for a hash that cannot be foreseen, or `None`.
    """
    number = fingerprint(text) if salt is None else siphash(text, (salt[0], salt[1]))
    return number % bins


def _up_to_16(text: bytes, length: int) -> int:
    factor = _K2 + length * 2
    if length >= 8:
        a, b = _at(text, 0) + _K2, _at(text, length - 8)
        c = _turned(b, 37) * factor + a
        d = (_turned(a, 25) + b) * factor
        return _of_two(c & _ALL, d & _ALL, factor)
    if length >= 4:
        return _of_two(length + (_at(text, 0, 4) << 3), _at(text, length - 4, 4), factor)
    if not length:
        return _K2
    y = text[0] + (text[length >> 1] << 8)
    z = length + (text[length - 1] << 2)
    return (_mixed((y * _K2) ^ (z * _K0)) * _K2) & _ALL


def _up_to_32(text: bytes, length: int) -> int:
    factor = _K2 + length * 2
    a, b = _at(text, 0) * _K1, _at(text, 8)
    c, d = _at(text, length - 8) * factor, _at(text, length - 16) * _K2
    first = _turned(a + b, 43) + _turned(c, 30) + d
    return _of_two(first & _ALL, (a + _turned(b + _K2, 18) + c) & _ALL, factor)


def _up_to_64(text: bytes, length: int) -> int:
    factor = _K2 + length * 2
    a, b = _at(text, 0) * _K2, _at(text, 8)
    c, d = _at(text, length - 8) * factor, _at(text, length - 16) * _K2
    y = (_turned(a + b, 43) + _turned(c, 30) + d) & _ALL
    z = _of_two(y, (a + _turned(b + _K2, 18) + c) & _ALL, factor)
    e, f = _at(text, 16) * factor, _at(text, 24)
    g, h = (y + _at(text, length - 32)) * factor, (z + _at(text, length - 24)) * factor
    first = _turned(e + f, 43) + _turned(g, 30) + h
    return _of_two(first & _ALL, (e + _turned(f + a, 18) + g) & _ALL, factor)


def _of_32_bytes(text: bytes, place: int, a: int, b: int) -> _Pair:
    w, x, y, z = (_at(text, place + step) for step in (0, 8, 16, 24))
    a += w
    b = _turned(b + a + z, 21)
    first = a
    a += x + y
    b += _turned(a, 44)
    return (a + z) & _ALL, (b + first) & _ALL


def _long(text: bytes, length: int) -> int:
    seed = 81
    y = (seed * _K1 + 113) & _ALL
    z = (_mixed(y * _K2 + 113) * _K2) & _ALL
    x = (seed * _K2 + _at(text, 0)) & _ALL
    v: _Pair = (0, 0)
    w: _Pair = (0, 0)
    end = (length - 1) // 64 * 64
    for place in range(0, end, 64):
        x, y, z, v, w = _round(text, place, x, y, z, v, w, _K1, 1, 1)
    factor = _K1 + ((z & 0xFF) << 1)
    first = (w[0] + ((length - 1) & 63)) & _ALL
    v = ((v[0] + first) & _ALL, v[1])
    w = ((first + v[0]) & _ALL, w[1])
    x, y, z, v, w = _round(text, length - 64, x, y, z, v, w, factor, 9, 9)
    return _of_two(
        (_of_two(v[0], w[0], factor) + _mixed(y) * _K0 + z) & _ALL,
        (_of_two(v[1], w[1], factor) + x) & _ALL,
        factor,
    )


def _round(
    text: bytes, place: int, x: int, y: int, z: int, v: _Pair, w: _Pair, factor: int,
    of_w: int, of_v: int,
) -> tuple[int, int, int, _Pair, _Pair]:  # fmt: skip
    """What 64 bytes make of the state."""
    x = _turned(x + y + v[0] + _at(text, place + 8), 37) * factor
    y = _turned(y + v[1] + _at(text, place + 48), 42) * factor
    x = (x ^ (w[1] * of_w)) & _ALL
    y = (y + v[0] * of_v + _at(text, place + 40)) & _ALL
    z = (_turned(z + w[0], 33) * factor) & _ALL
    v = _of_32_bytes(text, place, v[1] * factor, x + w[0])
    w = _of_32_bytes(text, place + 32, z + w[1], y + _at(text, place + 16))
    return z, y, x, v, w


def joined(first: int, second: int) -> int:
    """Returns the fingerprint of two fingerprints, one after the other.

    Args:
        first: From 0 to 2**64 - 1.
        second: The same.
    """
    found = first ^ _K_JOIN
    found ^= _mixed(second * _K_JOIN) * _K_JOIN
    found = _mixed(found * _K_JOIN) * _K_JOIN
    return _mixed(found)


def siphash(text: bytes, key: tuple[int, int]) -> int:
    """Returns SipHash-2-4 of some bytes.

    Args:
        text: The bytes.
        key: Two numbers below 2**64.

    Returns:
        From 0 to 2**64 - 1.

    Example:
        >>> keys = int.from_bytes(bytes(range(8)), "little"), int.from_bytes(
        ...     bytes(range(8, 16)), "little"
        ... )
        >>> hex(siphash(bytes(range(15)), keys))
        '0xa129ca6149be45e5'
    """
    k0, k1 = (part & _ALL for part in key)
    state = (
        k0 ^ 0x736F6D6570736575,
        k1 ^ 0x646F72616E646F6D,
        k0 ^ 0x6C7967656E657261,
        k1 ^ 0x7465646279746573,
    )
    whole = len(text) // 8 * 8
    words = [_at(text, place) for place in range(0, whole, 8)]
    words.append(_at(text, whole) | ((len(text) & 0xFF) << 56))
    for word in words:
        a, b, c, d = state
        a, b, c, d = _sip(*_sip(a, b, c, d ^ word))
        state = (a ^ word, b, c, d)
    a, b, c, d = state
    state = (a, b, c ^ 0xFF, d)
    for _ in range(4):
        state = _sip(*state)
    return state[0] ^ state[1] ^ state[2] ^ state[3]


def _sip(a: int, b: int, c: int, d: int) -> tuple[int, int, int, int]:
    """One round; bits are turned to the left."""
    a = (a + b) & _ALL
    b = _turned(b, 64 - 13) ^ a
    a = _turned(a, 32)
    c = (c + d) & _ALL
    d = _turned(d, 64 - 16) ^ c
    a = (a + d) & _ALL
    d = _turned(d, 64 - 21) ^ a
    c = (c + b) & _ALL
    b = _turned(b, 64 - 17) ^ c
    return a, b, _turned(c, 32), d
