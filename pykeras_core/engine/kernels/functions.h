/* Elementary functions of float32 vectors, a few units in the last place off at most.
 *
 * Polynomials are minimax fits on the intervals named beside them (least squares, reweighted
 * until the error was even, then rounded to float32). NaN comes out as NaN everywhere.
 */
#ifndef PYKERAS_FUNCTIONS_H
#define PYKERAS_FUNCTIONS_H

#include "simd.h"

/* ln 2 in two parts; the first has 9 bits, so that its product with an exponent is exact. */
#define LN2_HIGH 0.693359375f
#define LN2_LOW -2.12194440e-4f

#define HORNER(x, p, c) multiply_add(p, x, splat(c))

typedef struct {
  f4 rest;  /* x - n ln 2, from -ln 2 / 2 to ln 2 / 2 */
  f4 tail;  /* e^rest - 1 - rest */
  i4 n;
} Reduced;

/* Takes x apart as n ln 2 + rest; |x| at most 150. */
INLINE Reduced reduce_exponent(f4 x) {
  const f4 magic = splat(12582912.0f); /* 1.5 * 2^23: its sum with n has n in the lowest bits */
  f4 shifted = multiply_add(x, splat(1.44269504f), magic);
  f4 n = shifted - magic;
  f4 r = multiply_add(n, splat(-LN2_HIGH), x);
  r = multiply_add(n, splat(-LN2_LOW), r);
  f4 p = splat(0.0013951097f);
  p = HORNER(r, p, 0.008369239f);
  p = HORNER(r, p, 0.0416662f);
  p = HORNER(r, p, 0.16666517f);
  p = HORNER(r, p, 0.5f);
  return (Reduced){r, p * r * r, (i4)shifted - (i4)magic};
}

/* 2^n for n from -126 to 127. */
INLINE f4 power_of_two(i4 n) { return (f4)((n + 127) << 23); }

/* 0 where the result would be subnormal: a softmax meets many of those, and each takes some hundred
 * cycles. */
INLINE f4 exponential(f4 x) {
  const f4 least = splat(-87.33654f);
  f4 bounded = select(x > splat(89.0f), splat(89.0f), x);
  bounded = select(bounded < least, least, bounded);
  Reduced e = reduce_exponent(bounded);
  i4 half = e.n >> 1; /* in two factors, so that huge results are reached */
  f4 mantissa = splat(1.0f) + (e.rest + e.tail);
  f4 result = mantissa * power_of_two(half) * power_of_two(e.n - half);
  result = (f4)((i4)result & (i4)(x >= least));
  return select(is_nan(x), x, result);
}

INLINE f4 exponential_minus_1(f4 x) {
  f4 bounded = select(x > splat(89.0f), splat(89.0f), x);
  bounded = select(bounded < splat(-30.0f), splat(-30.0f), bounded);
  Reduced e = reduce_exponent(bounded);
  i4 half = e.n >> 1;
  f4 low = power_of_two(half), high = power_of_two(e.n - half);
  /* 2^n (e^rest - 1) + (2^n - 1), the large factor last */
  f4 result = ((e.rest + e.tail) * low + (low - power_of_two(half - e.n))) * high;
  result = select(absolute(x) < splat(1e-7f), x, result);
  return select(is_nan(x), x, result);
}

typedef struct {
  f4 mantissa; /* from sqrt(1/2) to sqrt(2) */
  i4 exponent;
} Parts;

/* Takes a positive finite x apart as mantissa * 2^exponent. */
INLINE Parts take_apart(f4 x) {
  i4 small = x < splat(1.17549435e-38f);
  f4 scaled = select(small, x * splat(8388608.0f), x);
  i4 bits = (i4)scaled - splat_int(0x3f3504f3);
  f4 mantissa = (f4)((bits & splat_int(0x007fffff)) + splat_int(0x3f3504f3));
  return (Parts){mantissa, (bits >> 23) - (small & splat_int(23))};
}

/* log(x) of a positive finite x. `correction` is added to the small part of the result. */
INLINE f4 log_positive(f4 x, f4 correction) {
  Parts parts = take_apart(x);
  f4 f = parts.mantissa - splat(1.0f), e = from_int(parts.exponent);
  f4 p = splat(-0.07646102f);
  p = HORNER(f, p, 0.12779114f);
  p = HORNER(f, p, -0.13164186f);
  p = HORNER(f, p, 0.14199696f);
  p = HORNER(f, p, -0.16622765f);
  p = HORNER(f, p, 0.20001292f);
  p = HORNER(f, p, -0.25000837f);
  p = HORNER(f, p, 0.3333333f);
  f4 square = f * f;
  f4 low = p * f * square + correction;
  low = multiply_add(e, splat(LN2_LOW), low);
  low = multiply_add(square, splat(-0.5f), low);
  return multiply_add(e, splat(LN2_HIGH), f + low);
}

/* What a logarithm of x is where x is not a positive finite number: NaN, -inf, inf. */
INLINE f4 log_special(f4 x, f4 result) {
  const f4 infinity = splat(__builtin_inff());
  result = select(x == splat(0.0f), -infinity, result);
  result = select(x < splat(0.0f), splat(__builtin_nanf("")), result);
  return select((x == infinity) | is_nan(x), x, result);
}

INLINE f4 logarithm(f4 x) { return log_special(x, log_positive(x, splat(0.0f))); }

/* log(u) for u = 1 + x rounded, plus what the rounding lost: (x - (u - 1)) / u. */
INLINE f4 logarithm_1_plus(f4 x) {
  f4 u = splat(1.0f) + x;
  f4 lost = select(u > splat(2.0f), splat(1.0f) - (u - x), x - (u - splat(1.0f)));
  f4 result = log_special(u, log_positive(u, lost / u));
  return select(absolute(x) < splat(1e-7f), x, result);
}

INLINE f4 hyperbolic_tangent(f4 x) {
  f4 size = absolute(x), square = x * x;
  f4 p = splat(-0.0057170447f); /* on [0, 0.625] */
  p = HORNER(square, p, 0.020650586f);
  p = HORNER(square, p, -0.053743497f);
  p = HORNER(square, p, 0.13331491f);
  p = HORNER(square, p, -0.33333284f);
  f4 near = multiply_add(p * square, x, x);
  f4 e = exponential(size + size);
  f4 far = splat(1.0f) - splat(2.0f) / (e + splat(1.0f));
  far = (f4)((i4)far | ((i4)x & splat_int((int32_t)0x80000000)));
  return select((size < splat(0.625f)) | is_nan(x), near, far);
}

INLINE f4 logistic(f4 x) {
  f4 decay = exponential(-absolute(x));
  f4 upper = splat(1.0f) / (splat(1.0f) + decay);
  return select(x < splat(0.0f), decay * upper, upper);
}

INLINE f4 soft_plus(f4 x) {
  return maximum(x, splat(0.0f)) + logarithm_1_plus(exponential(-absolute(x)));
}

/* The rational approximation that the NumPy definition of `erf` uses, term by term. */
INLINE f4 error_function(f4 x) {
  f4 c = select(x > splat(4.0f), splat(4.0f), x);
  c = select(c < splat(-4.0f), splat(-4.0f), c);
  f4 square = c * c;
  f4 top = splat(-2.72614225801306e-10f);
  top = HORNER(square, top, 2.77068142495902e-08f);
  top = HORNER(square, top, -2.10102402082508e-06f);
  top = HORNER(square, top, -5.69250639462346e-05f);
  top = HORNER(square, top, -7.34990630326855e-04f);
  top = HORNER(square, top, -2.95459980854025e-03f);
  top = HORNER(square, top, -1.60960333262415e-02f);
  f4 bottom = splat(-1.45660718464996e-05f);
  bottom = HORNER(square, bottom, -2.13374055278905e-04f);
  bottom = HORNER(square, bottom, -1.68282697438203e-03f);
  bottom = HORNER(square, bottom, -7.37332916720468e-03f);
  bottom = HORNER(square, bottom, -1.42647390514189e-02f);
  f4 y = c * top / bottom;
  y = select(y > splat(1.0f), splat(1.0f), y);
  return select(y < splat(-1.0f), splat(-1.0f), y);
}

#define HALF_PI_HIGH 0x1.921fb5444p+0 /* 37 bits: its product with an n below 2^16 is exact */
#define HALF_PI_LOW 2.563344151594519e-12
#define NEAR_ANGLE 65536.0f

typedef struct {
  f4 rest;      /* x - n pi / 2, a little over pi / 4 at most */
  i4 quarters;  /* n, modulo 4 */
} Angle;

/* The same for any x, NaN for one that is not finite; see angle.c. */
float reduce_large_angle(float x, int32_t *quarters);

INLINE Angle reduce_angle(f4 x) {
  i4 far = ~(absolute(x) < splat(NEAR_ANGLE));
  f4 near = select(far, splat(0.0f), x);
  f4 n = round_even(near * splat(0.636619772f));
  d4 turns = to_doubles(n);
  f4 rest = to_floats(to_doubles(near) - turns * HALF_PI_HIGH - turns * HALF_PI_LOW);
  Angle angle = {rest, to_int(n)};
  if (any(far)) {
    for (int lane = 0; lane < LANES; lane++) {
      if (!far[lane]) continue;
      int32_t quarters;
      angle.rest[lane] = reduce_large_angle(x[lane], &quarters);
      angle.quarters[lane] = quarters;
    }
  }
  return angle;
}

INLINE f4 sine_near(f4 r) {
  f4 square = r * r;
  f4 p = splat(-0.00019509788f); /* on [0, 0.792] */
  p = HORNER(square, p, 0.008332121f);
  p = HORNER(square, p, -0.16666654f);
  return r * multiply_add(p, square, splat(1.0f));
}

INLINE f4 cosine_near(f4 r) {
  f4 square = r * r;
  f4 p = splat(2.4426878e-05f); /* on [0, 0.792] */
  p = HORNER(square, p, -0.0013887262f);
  p = HORNER(square, p, 0.041666646f);
  p = HORNER(square, p, -0.5f);
  return multiply_add(p, square, splat(1.0f));
}

/* sin(x + n pi / 2): the sine for n = 0, the cosine for n = 1. */
INLINE f4 sine(f4 x, int32_t n) {
  Angle angle = reduce_angle(x);
  i4 quarters = angle.quarters + n;
  f4 result = select((quarters & 1) != 0, cosine_near(angle.rest), sine_near(angle.rest));
  return (f4)((i4)result ^ ((quarters & 2) << 30));
}

INLINE f4 tangent(f4 x) {
  Angle angle = reduce_angle(x);
  f4 s = sine_near(angle.rest), c = cosine_near(angle.rest);
  i4 odd = (angle.quarters & 1) != 0;
  return select(odd, -c, s) / select(odd, s, c);
}

/* The angle of the point (x, y), from -pi to pi. */
INLINE f4 arc_tangent(f4 y, f4 x) {
  const f4 infinity = splat(__builtin_inff());
  f4 height = absolute(y), width = absolute(x);
  f4 low = minimum(height, width), high = maximum(height, width);
  f4 t = low / maximum(high, splat(1e-45f)); /* 0 / 0 is an angle of 0 here, inf / inf of pi / 4 */
  t = select(low == infinity, splat(1.0f), t);
  f4 square = t * t;
  f4 p = splat(-0.0017936177f); /* on [0, 1] */
  p = HORNER(square, p, 0.010914589f);
  p = HORNER(square, p, -0.031177817f);
  p = HORNER(square, p, 0.057957567f);
  p = HORNER(square, p, -0.08403449f);
  p = HORNER(square, p, 0.10952185f);
  p = HORNER(square, p, -0.14264242f);
  p = HORNER(square, p, 0.19998549f);
  p = HORNER(square, p, -0.333333f);
  f4 angle = multiply_add(p * square, t, t);
  angle = select(height > width, splat(1.57079633f) - angle, angle);
  angle = select((i4)x < 0, splat(3.14159265f) - angle, angle);
  return with_sign(angle, y);
}

/* x^y in double precision; see power.c. */
f4 power(f4 x, f4 y);

/* x - y trunc(x / y) for x and y of 0 or more; see remainder.c. */
float remainder_of(float x, float y);

/* The same where quotients below 2^20 may come out 1 too high: what is left is exact, and tells. */
INLINE f4 remainder_lanes(f4 x, f4 y) {
  i4 near = (x < y * splat(1048576.0f)) & (y < splat(__builtin_inff()));
  d4 a = to_doubles(x), b = to_doubles(y);
  f4 rest = to_floats(a - to_doubles(round_down(to_floats(a / b))) * b);
  rest = select(rest < splat(0.0f), rest + y, rest);
  if (any(~near))
    for (int lane = 0; lane < LANES; lane++)
      if (!near[lane]) rest[lane] = remainder_of(x[lane], y[lane]);
  return rest;
}

/* floor(x / y), or x - y floor(x / y), in the steps by which NumPy defines them. */
INLINE f4 divide_down(f4 x, f4 y, int remainder) {
  const f4 zero = splat(0.0f), one = splat(1.0f);
  f4 rest = with_sign(remainder_lanes(absolute(x), absolute(y)), x);
  f4 quotient = (x - rest) / y;
  i4 below = (rest != zero) & ((rest < zero) != (y < zero));
  if (remainder) return select(below, rest + y, select(rest == zero, with_sign(zero, y), rest));
  quotient = select(below, quotient - one, quotient);
  f4 down = round_down(quotient);
  down = select(quotient - down > splat(0.5f), down + one, down);
  down = select(quotient == zero, with_sign(zero, x / y), down);
  return select(y == zero, x / y, down);
}

#endif
