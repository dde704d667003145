/* float32 powers, computed in double precision: log2, a product, exp2. */
#include "functions.h"

/* log2 of positive finite floats. atanh's series in s = (m - 1) / (m + 1): |s| < 0.172, so the
 * first term left out, s^15 / 15, is below 2^-40 of the sum. Unrolled, 1 / odd is a constant. */
INLINE d4 log2_of(f4 x) {
  Parts parts = take_apart(x);
  d4 m = to_doubles(parts.mantissa), s = (m - 1) / (m + 1), square = s * s, sum = square * 0;
#pragma GCC unroll 8
  for (int odd = 13; odd >= 1; odd -= 2) sum = sum * square + 1.0 / odd;
  return to_doubles(from_int(parts.exponent)) + 2.8853900817779268 * s * sum; /* 2 / ln 2 */
}

/* 2^x; Taylor's series in the fraction, at most 1/2, whose first term left out is below 2^-32. */
INLINE f4 exp2_of(d4 x) {
  f4 bounded = to_floats(x);
  bounded = select(bounded > splat(200.0f), splat(200.0f), bounded);
  bounded = select(bounded < splat(-200.0f), splat(-200.0f), bounded);
  f4 whole = round_even(bounded);
  d4 t = (x - to_doubles(whole)) * 0.69314718055994531, sum = t * 0 + 1;
#pragma GCC unroll 8
  for (int k = 8; k >= 1; k--) sum = 1 + t * (1.0 / k) * sum;
  i4 n = to_int(whole), half = n >> 1;
  f4 result = to_floats(sum) * power_of_two(half) * power_of_two(n - half);
  result = select(bounded == splat(200.0f), splat(__builtin_inff()), result);
  return select(bounded == splat(-200.0f), splat(0.0f), result);
}

/* 0 if y is no integer, 1 if it is odd, 2 if it is even. */
static int integer_kind(float y) {
  float size = __builtin_fabsf(y);
  if (size >= 16777216.0f) return 2;
  int32_t whole = (int32_t)size;
  return (float)whole != size ? 0 : whole & 1 ? 1 : 2;
}

/* The cases of IEEE 754-2019 (9.2.1) where the base or the exponent is 0, infinite or NaN. */
static float special_power(float x, float y) {
  const float infinity = __builtin_inff();
  float size = __builtin_fabsf(x);
  if (x != x || y != y) return __builtin_nanf("");
  if (__builtin_fabsf(y) == infinity) {
    if (size == 1) return 1;
    return (size > 1) == (y > 0) ? infinity : 0;
  }
  float result = (size == 0) == (y > 0) ? 0 : infinity;
  return x < 0 || (size == 0 && 1 / x < 0) ? (integer_kind(y) == 1 ? -result : result) : result;
}

f4 power(f4 x, f4 y) {
  const f4 infinity = splat(__builtin_inff()), zero = splat(0.0f);
  f4 size = absolute(x), whole = round_even(y);
  i4 plain = (size > zero) & (size < infinity) & (absolute(y) < infinity);
  f4 result = exp2_of(to_doubles(y) * log2_of(select(plain, size, splat(1.0f))));
  i4 odd = (absolute(y) < splat(16777216.0f)) & ((to_int(whole) & 1) != 0);
  result = select((x < zero) & odd, -result, result);
  result = select((x < zero) & (y != whole), splat(__builtin_nanf("")), result);
  if (any(~plain))
    for (int lane = 0; lane < LANES; lane++)
      if (!plain[lane]) result[lane] = special_power(x[lane], y[lane]);
  return select((y == zero) | (x == splat(1.0f)), splat(1.0f), result);
}
