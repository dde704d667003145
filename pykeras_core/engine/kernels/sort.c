/* ARGSORT: the order of the elements along the middle axis of (outer, length, inner), stable.
 *
 * Words: out, in, scratch (length words of 64 bits), another, WORD, outer, length, inner
 *
 * An element and its position make one word of 64 bits whose order is the one wanted: no two are
 * equal, and equal elements keep theirs.
 */
#include "kernels.h"

/* A number that grows as the element does; -0 is 0, and NaN is above all. */
static uint32_t rank_of(uint32_t bits, int32_t word) {
  if (word == WORD_UINT32) return bits;
  if (word == WORD_INT32) return bits ^ 0x80000000;
  uint32_t size = bits & 0x7fffffff;
  if (size > 0x7f800000) return 0xffffffff;
  return bits == size ? size + 0x80000000 : 0x80000000 - size;
}

/* Two sorted runs as one. */
static void merge(uint64_t *out, const uint64_t *a, const uint64_t *a_end, const uint64_t *b,
                  const uint64_t *b_end) {
  while (a < a_end && b < b_end) {
    int second = *b < *a;
    *out++ = second ? *b : *a;
    b += second, a += !second;
  }
  while (a < a_end) *out++ = *a++;
  while (b < b_end) *out++ = *b++;
}

/* Sorts by merging runs of twice the length each time; returns the memory that has the result. */
static uint64_t *sort(uint64_t *from, uint64_t *to, int32_t length) {
  for (int32_t run = 1; run < length; run *= 2) {
    for (int32_t first = 0; first < length; first += 2 * run) {
      int32_t middle = length - first < run ? length : first + run;
      int32_t end = length - middle < run ? length : middle + run;
      merge(to + first, from + first, from + middle, from + middle, from + end);
    }
    uint64_t *sorted = to;
    to = from, from = sorted;
  }
  return from;
}

void argsort(Arguments arguments) {
  int32_t *out = take_address(&arguments);
  const uint32_t *in = take_address(&arguments);
  uint64_t *scratch = take_address(&arguments), *other = take_address(&arguments);
  int32_t word = take(&arguments), outer = take(&arguments), length = take(&arguments);
  ptrdiff_t inner = take(&arguments);
  for (; outer > 0; outer--, in += length * inner, out += length * inner) {
    for (ptrdiff_t j = 0; j < inner; j++) {
      for (int32_t i = 0; i < length; i++)
        scratch[i] = (uint64_t)rank_of(in[i * inner + j], word) << 32 | (uint32_t)i;
      const uint64_t *sorted = sort(scratch, other, length);
      for (int32_t i = 0; i < length; i++) out[i * inner + j] = (int32_t)(uint32_t)sorted[i];
    }
  }
}
