/* The remainder of float32 division, exact for operands of any size. */
#include "kernels.h"

float remainder_of(float x, float y) {
  const float infinity = __builtin_inff();
  if (!(x < infinity && y > 0)) return __builtin_nanf("");
  double rest = x;
  while (rest >= y) {
    double step = y; /* times a power of 2, so that the quotient has at most 28 bits */
    while (rest >= step * 268435456.0) step *= 268435456.0;
    rest -= (double)(int32_t)(rest / step) * step;
  }
  return (float)rest;
}
