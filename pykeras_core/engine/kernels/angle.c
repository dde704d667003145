/* Angles of any size as quarters and a rest, with as many binary digits of 2 / pi as it takes. */
#include "kernels.h"

/* 32 zeros, then the digits of 2 / pi after the point. */
static const uint32_t TWO_OVER_PI[8] = {0x00000000, 0xa2f9836e, 0x4e441529, 0xfc2757d1,
                                        0xf534ddc0, 0xdb629599, 0x3c439041, 0xfe5163ab};

static uint64_t digits_from(int32_t bit) {
  const uint32_t *word = TWO_OVER_PI + bit / 32;
  uint64_t two = (uint64_t)word[0] << 32 | word[1];
  return (uint32_t)((two << bit % 32) >> 32);
}

/* x = m 2^(e - 150) for an integer m below 2^24. Digits before place e - 120 of the table give
 * multiples of 4 quarters, which change nothing. The 96 from there on give 62 digits after the
 * point; no float is so near to a multiple of pi / 2 that more than half of them are zeros. */
float reduce_large_angle(float x, int32_t *quarters) {
  uint32_t bits = ((union { float value; uint32_t bits; }){x}).bits;
  int32_t e = (int32_t)(bits >> 23 & 255);
  *quarters = 0;
  if (e == 255) return __builtin_nanf("");
  uint64_t m = (bits & 0x7fffff) | 0x800000;
  int32_t first = e - 120;
  uint64_t turns = ((m * digits_from(first)) << 32) + m * digits_from(first + 32) +
                   ((m * digits_from(first + 64)) >> 32);
  uint64_t whole = ((turns >> 61) + 1) >> 1;
  double rest = (double)(int64_t)(turns - (whole << 62)) * 3.4061215800865545e-19; /* pi / 2^63 */
  int negative = bits >> 31;
  *quarters = negative ? -(int32_t)whole : (int32_t)whole;
  return (float)(negative ? -rest : rest);
}
