/* float32 powers, computed in double precision: log2, a product, exp2. */
#include "functions.h"

typedef union {
  double value;
  uint64_t bits;
} Double;

/* log2 of a positive finite float. atanh's series in s = (m - 1) / (m + 1): |s| < 0.172, so the
 * first term left out, s^19 / 19, is below 2^-52 of the sum. */
static double log2_of(float x) {
  Double d = {.value = x};
  int exponent = (int)(d.bits >> 52) - 1023;
  d.bits = (d.bits & 0x000fffffffffffffull) | 0x3ff0000000000000ull;
  if (d.value > 1.4142135623730951) {
    d.value *= 0.5;
    exponent++;
  }
  double s = (d.value - 1) / (d.value + 1), square = s * s, sum = 0;
  for (int odd = 17; odd >= 1; odd -= 2) sum = sum * square + 1.0 / odd;
  return exponent + 2.8853900817779268 * s * sum; /* 2 / ln 2 */
}

/* 2^x for |x| <= 200; Taylor's series in the fraction, which is at most 1/2. */
static double exp2_of(double x) {
  int whole = (int)(x + (x < 0 ? -0.5 : 0.5));
  double t = (x - whole) * 0.69314718055994531, sum = 1;
  for (int k = 12; k >= 1; k--) sum = 1 + t / k * sum;
  Double scale = {.bits = (uint64_t)(1023 + whole) << 52};
  return sum * scale.value;
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

float power(float x, float y) {
  const float infinity = __builtin_inff();
  if (y == 0 || x == 1) return 1;
  float size = __builtin_fabsf(x);
  if (!(size > 0 && size < infinity && __builtin_fabsf(y) < infinity)) return special_power(x, y);
  int kind = x < 0 ? integer_kind(y) : 2;
  if (kind == 0) return __builtin_nanf("");
  double exponent = y * log2_of(size);
  exponent = exponent > 200 ? 200 : exponent < -200 ? -200 : exponent;
  float result = (float)exp2_of(exponent);
  return kind == 1 ? -result : result;
}
