/* Division of floats rounded down, and its remainder, step by step as NumPy defines them. */
#include "functions.h"

/* x - y trunc(x / y) for x and y above 0, x finite: exact, since each quotient has at most 28 bits
 * and each difference fits into a float. */
static double remainder_of(double x, double y) {
  while (x >= y) {
    double step = y;
    while (x >= step * 268435456.0) step *= 268435456.0;
    x -= (double)(int32_t)(x / step) * step;
  }
  return x;
}

float divide_down(float x, float y, int remainder) {
  float size = __builtin_fabsf(x), by = __builtin_fabsf(y);
  if (y == 0) return remainder ? __builtin_nanf("") : x / y;
  if (!(size < __builtin_inff()) || y != y) return __builtin_nanf("");
  float rest = __builtin_copysignf((float)remainder_of(size, by), x);
  float quotient = (x - rest) / y;
  if (rest == 0) {
    rest = __builtin_copysignf(0, y);
  } else if ((rest < 0) != (y < 0)) {
    rest += y;
    quotient -= 1;
  }
  if (remainder) return rest;
  if (quotient == 0) return __builtin_copysignf(0, x / y);
  float down = round_down(splat(quotient))[0];
  return quotient - down > 0.5f ? down + 1 : down;
}
