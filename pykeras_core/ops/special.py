"""More elementwise functions: special functions, floats' parts, integers' divisors, windows.

Operands broadcast and meet in one dtype as in the rest of `keras.ops`. There are no complex
numbers here: `real`, `imag`, `conj` and `angle` answer for real ones.

Example:
    >>> from pykeras_core import ops
    >>> ops.hypot(3.0, 4.0).item(), ops.gcd(12, 18).item(), ops.trunc([-1.5]).tolist()
    (5.0, 6, [-1.0])
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pykeras_core.checks import ArrayLike, DType, checked
from pykeras_core.engine import Tensor, canonical_dtype, convert_to_tensor
from pykeras_core.engine import primitives as p
from pykeras_core.engine.promotion import promote, result_type
from pykeras_core.engine.sizes import broadcast_shapes
from pykeras_core.ops import reduction
from pykeras_core.ops.elementwise import binary, unary
from pykeras_core.ops.logic import bitwise_not, isclose, logical_and, where
from pykeras_core.ops.math import _polynomial, absolute, logaddexp
from pykeras_core.symbolic.op_call import alias, operation
from pykeras_core.symbolic.shape_inference import known_by_values_alone

__all__ = [
    "allclose",
    "angle",
    "bartlett",
    "bitwise_invert",
    "blackman",
    "cbrt",
    "conj",
    "conjugate",
    "deg2rad",
    "erfc",
    "fabs",
    "fmax",
    "fmin",
    "fmod",
    "gcd",
    "hamming",
    "hanning",
    "heaviside",
    "hypot",
    "i0",
    "imag",
    "isneginf",
    "isposinf",
    "isreal",
    "kaiser",
    "lcm",
    "ldexp",
    "logaddexp2",
    "nextafter",
    "rad2deg",
    "real",
    "saturate_cast",
    "signbit",
    "sinc",
    "trunc",
    "view",
]


def _has_minus(x: Tensor) -> Any:
    return p.where(p.equal(x, 0.0), 1.0 / x, x) < 0.0


def _trunc(x: Tensor) -> Tensor:
    return p.sign(x) * p.floor(p.abs_(x))


def _scaled_by_powers(x: Tensor, exponent: Tensor) -> Tensor:
    """Two factors of x: 2^exponent alone may overflow where the product does not."""
    half = p.floor(exponent * 0.5)
    return x * p.power(2.0, half) * p.power(2.0, exponent - half)


def _fmod(x: Tensor, y: Tensor) -> Tensor:
    result: Tensor = p.sign(x) * p.remainder(p.abs_(x), p.abs_(y))
    return result


def _cbrt(x: Tensor) -> Tensor:
    """The root of |x|, made exact to the last bits by one step of Newton's method."""
    size = p.abs_(x)
    safe = p.where(p.equal(size, 0.0), 1.0, size)
    root = p.power(safe, 1 / 3)
    refined = root - (root - safe / (root * root)) / 3.0
    refined = p.where(p.isfinite(refined), refined, root)
    return p.where(p.equal(size, 0.0), 0.0, refined) * p.sign(x)


# W. H. Press et al., "Numerical Recipes in C", 2nd edition, 1992, section 6.2: a Chebyshev fit of
# log(erfc(z) e^(z^2) / t) in t = 1 / (1 + z / 2), with a relative error of 1.2e-7.
_ERFC = (
    0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418,
    0.37409196, 1.00002368, -1.26551223,
)  # fmt: skip


def _erfc(x: Tensor) -> Tensor:
    size = p.abs_(x)
    t = 1.0 / (1.0 + 0.5 * size)
    tail = t * p.exp(_polynomial(_ERFC, t) - size * size)
    near = 1.0 - p.erf(p.maximum(p.minimum(x, 0.5), -0.5))
    far = p.where(x >= 0.0, tail, 2.0 - tail)
    return p.where(size < 0.5, near, far)


# M. Abramowitz and I. Stegun, "Handbook of Mathematical Functions", 1964, 9.8.1 and 9.8.2.
_I0_NEAR = (0.0045813, 0.0360768, 0.2659732, 1.2067492, 3.0899424, 3.5156229, 1.0)
_I0_FAR = (
    0.00392377, -0.01647633, 0.02635537, -0.02057706, 0.00916281, -0.00157565, 0.00225319,
    0.01328592, 0.39894228,
)  # fmt: skip


def _i0(x: Tensor) -> Tensor:
    size = p.abs_(x)
    near = _polynomial(_I0_NEAR, p.power(p.minimum(size, 3.75) / 3.75, 2.0))
    large = p.maximum(size, 3.75)
    far = p.exp(large) / p.sqrt(large) * _polynomial(_I0_FAR, 3.75 / large)
    return p.where(size < 3.75, near, far)


def _sinc(x: Tensor) -> Tensor:
    zero = p.equal(x, 0.0)
    turned = p.where(zero, 1.0, x) * math.pi
    return p.where(zero, 1.0, p.sin(turned) / turned)


def _hypot(x: Tensor, y: Tensor) -> Tensor:
    """The shorter side relative to the longer one, so that no square overflows."""
    x, y = p.abs_(x), p.abs_(y)
    long, short = p.maximum(x, y), p.minimum(x, y)
    usual = logical_and(long > 0.0, p.isfinite(long))
    ratio = p.where(usual, short, 0.0) / p.where(usual, long, 1.0)
    return p.where(usual, p.where(usual, long, 1.0) * p.sqrt(1.0 + ratio * ratio), long)


def _other_than_nan(choose: Any) -> Any:
    """`choose(x, y)`, and the other operand where one is NaN."""

    def function(x: Tensor, y: Tensor) -> Tensor:
        if x.dtype != "float32":
            chosen: Tensor = choose(x, y)
            return chosen
        return p.where(p.isnan(x), y, p.where(p.isnan(y), x, choose(x, y)))

    return function


cbrt = unary("cbrt", "cube root of x", _cbrt)
erfc = unary("erfc", "1 - erf(x), exact also where it is small", _erfc)
i0 = unary("i0", "modified Bessel function of order 0 of x", _i0)
sinc = unary("sinc", "sin(pi x) / (pi x), and 1 at 0", _sinc)
fabs = unary("fabs", "|x| in float32", p.abs_)
deg2rad = unary("deg2rad", "angle in radians of x degrees", lambda x: x * (math.pi / 180))
rad2deg = unary("rad2deg", "angle in degrees of x radians", lambda x: x * (180 / math.pi))
isposinf = unary("isposinf", "whether x is +infinity", lambda x: p.equal(x, math.inf))
isneginf = unary("isneginf", "whether x is -infinity", lambda x: p.equal(x, -math.inf))
signbit = unary("signbit", "whether x has a minus sign, which -0.0 has too", _has_minus)
angle = unary(
    "angle", "angle of the real x: 0, or pi where it is negative",
    lambda x: p.where(p.isnan(x), x, where(_has_minus(x), math.pi, 0.0)),
)  # fmt: skip

fmod = binary("fmod", "remainder of x1 / x2, with the sign of x1", _fmod, "uint8")
hypot = binary("hypot", "sqrt(x1^2 + x2^2) without overflow", _hypot, "float32")
fmax = binary("fmax", "maximum, a NaN giving way", _other_than_nan(p.maximum), "uint8")
fmin = binary("fmin", "minimum, a NaN giving way", _other_than_nan(p.minimum), "uint8")
heaviside = binary(
    "heaviside", "0, x2 or 1, as x1 is negative, zero or positive",
    lambda x, y: p.where(x < 0.0, 0.0, p.where(x > 0.0, 1.0, p.where(p.isnan(x), x, y))),
    "float32",
)  # fmt: skip
ldexp = binary("ldexp", "x1 * 2^x2", _scaled_by_powers, "float32")
bitwise_invert = alias("bitwise_invert", bitwise_not)


@operation
def trunc(x: ArrayLike) -> Tensor:
    """Elementwise x without its fraction; integers and bools are what they are."""
    tensor = convert_to_tensor(x)
    return _trunc(tensor) if tensor.dtype == "float32" else tensor


@operation
def logaddexp2(x1: ArrayLike, x2: ArrayLike) -> Tensor:
    """Elementwise log2(2^x1 + 2^x2), with broadcasting."""
    x, y = promote(x1, x2, at_least="float32")
    return logaddexp(x * math.log(2), y * math.log(2)) / math.log(2)


def _divisor(x: Tensor, y: Tensor) -> Tensor:
    """Euclid's algorithm; int32 needs no more than 46 steps (the Fibonacci numbers)."""
    shape = broadcast_shapes("gcd", x.shape, y.shape)
    x, y = (p.broadcast_to(p.abs_(v), shape=shape) for v in (x, y))
    for _ in range(46):
        if y.array is not None and not y.array.any():
            break
        done = p.equal(y, 0)
        x, y = p.where(done, x, y), p.where(done, y, p.remainder(x, p.where(done, 1, y)))
    return x


def _of_integers(name: str, function: Any, *operands: Any) -> Tensor:
    """A function computed in int32; its result has the dtype in which the operands meet."""
    dtype = result_type(*operands)
    if dtype == "float32":
        raise TypeError(f"`{name}` expected integers, received {dtype}")
    result = function(*promote(*operands, at_least="int32"))
    return result if dtype == "bool" else convert_to_tensor(result, dtype)


def _multiple(x: Tensor, y: Tensor) -> Tensor:
    return absolute(p.floor_divide(x, p.maximum(_divisor(x, y), 1)) * y)


@operation
def gcd(x1: ArrayLike, x2: ArrayLike) -> Tensor:
    """The greatest common divisor of integers, with broadcasting."""
    return _of_integers("gcd", _divisor, x1, x2)


@operation
def lcm(x1: ArrayLike, x2: ArrayLike) -> Tensor:
    """The least common multiple of integers, with broadcasting; 0 where one of them is 0."""
    return _of_integers("lcm", _multiple, x1, x2)


@operation
def real(x: ArrayLike) -> Tensor:
    """The real part, which is `x` itself."""
    return convert_to_tensor(x)


@operation
def conjugate(x: ArrayLike) -> Tensor:
    """The complex conjugate, which is `x` itself."""
    return convert_to_tensor(x)


conj = alias("conj", conjugate)


@operation
def imag(x: ArrayLike) -> Tensor:
    """The imaginary part: zeros."""
    tensor = convert_to_tensor(x)
    return p.broadcast_to(convert_to_tensor(0, tensor.dtype), shape=tensor.shape)


@operation
def isreal(x: ArrayLike) -> Tensor:
    """Whether each element is a real number: always."""
    return p.broadcast_to(convert_to_tensor(True), shape=convert_to_tensor(x).shape)


@operation
def allclose(
    x1: ArrayLike, x2: ArrayLike, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> Tensor:
    """Whether all elements are close; see `isclose`."""
    return reduction.all(isclose(x1, x2, rtol, atol, equal_nan))


@operation
def nextafter(x1: ArrayLike, x2: ArrayLike) -> Tensor:
    """The float32 next to `x1` on the way to `x2` (eager only: it reads bits)."""
    x, y = promote(x1, x2, at_least="float32")
    if x.array is None or y.array is None:
        shape = broadcast_shapes("nextafter", x.shape, y.shape)
        return known_by_values_alone("nextafter", (shape, "float32"))[0]
    return convert_to_tensor(np.nextafter(x.array, y.array))


@operation
def view(x: ArrayLike, dtype: DType = None) -> Tensor:
    """The same bytes read as another dtype, as NumPy's `ndarray.view` (eager only).

    Raises:
        ValueError: If the last axis does not hold a whole number of elements of the dtype.
    """
    tensor = convert_to_tensor(x)
    if dtype is None:
        return tensor
    target = canonical_dtype(dtype)
    try:
        if tensor.array is None:
            shape = np.empty(tensor.shape, tensor.dtype).view(target).shape
            return known_by_values_alone("view", (shape, target))[0]
        return convert_to_tensor(tensor.array.view(target))
    except ValueError as error:
        raise ValueError(
            f"`view` cannot read {tensor.dtype} of shape {tensor.shape} as {dtype}: {error}"
        ) from None


@operation
def saturate_cast(x: ArrayLike, dtype: DType) -> Tensor:
    """The elements in another dtype, limited to its range where they lie outside of it."""
    tensor, target = convert_to_tensor(x), canonical_dtype(dtype)
    named = str(getattr(dtype, "name", dtype))
    if target in ("float32", "bool"):
        return convert_to_tensor(tensor, target)
    narrow = np.iinfo(named if named in ("int8", "int16", "uint16") else target)
    if tensor.dtype == "float32":
        # The largest float32 that does not exceed the range; a cast itself keeps to the dtype.
        return p.cast(
            p.maximum(p.minimum(tensor, float(narrow.max)), float(narrow.min)), dtype=target
        )
    if tensor.dtype == "bool":
        return convert_to_tensor(tensor, target)
    wide = np.iinfo(tensor.dtype)
    low, high = max(narrow.min, wide.min), min(narrow.max, wide.max)
    return p.cast(p.maximum(p.minimum(tensor, high), low), dtype=target)


def _points(name: str, x: Any) -> int:
    """The number of points of a window."""
    count = np.asarray(x.numpy() if isinstance(x, Tensor) else x)
    if count.size != 1 or count.dtype.kind not in "iuf":
        raise TypeError(f"`{name}` expected a number of points, received {x!r}")
    return int(count.item())


@checked
def bartlett(x: ArrayLike) -> Tensor:
    """The triangular window of `x` points, float32."""
    return convert_to_tensor(np.bartlett(_points("bartlett", x)), "float32")


@checked
def blackman(x: ArrayLike) -> Tensor:
    """The Blackman window of `x` points, float32."""
    return convert_to_tensor(np.blackman(_points("blackman", x)), "float32")


@checked
def hamming(x: ArrayLike) -> Tensor:
    """The Hamming window of `x` points, float32."""
    return convert_to_tensor(np.hamming(_points("hamming", x)), "float32")


@checked
def hanning(x: ArrayLike) -> Tensor:
    """The Hann window of `x` points, float32."""
    return convert_to_tensor(np.hanning(_points("hanning", x)), "float32")


@checked
def kaiser(x: ArrayLike, beta: ArrayLike) -> Tensor:
    """The Kaiser window of `x` points and shape `beta`, float32."""
    return convert_to_tensor(np.kaiser(_points("kaiser", x), float(np.asarray(beta))), "float32")
