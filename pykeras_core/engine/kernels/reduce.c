/* REDUCE, ARG_REDUCE and CUMSUM: along the middle axis of (outer, length, inner).
 *
 * Words: REDUCE      out, in, REDUCTION, WORD, outer, length, inner
 *        ARG_REDUCE  out, in, REDUCTION_MAX | REDUCTION_MIN, WORD, outer, length, inner
 *        CUMSUM      out, in, WORD, reverse, outer, length, inner
 */
#include "kernels.h"
#include "simd.h"

#define CHUNK 256

static f4 combine(int32_t reduction, f4 a, f4 b) {
  switch (reduction) {
    case REDUCTION_SUM: return a + b;
    case REDUCTION_MAX: return maximum(a, b);
    case REDUCTION_MIN: return minimum(a, b);
    default: return a * b;
  }
}

static float combine_one(int32_t reduction, float a, float b) {
  return combine(reduction, splat(a), splat(b))[0];
}

static uint32_t combine_int(int32_t reduction, int32_t word, uint32_t a, uint32_t b) {
  int above = word == WORD_INT32 ? (int32_t)a > (int32_t)b : a > b;
  switch (reduction) {
    case REDUCTION_SUM: return a + b;
    case REDUCTION_MAX: return above ? a : b;
    case REDUCTION_MIN: return above ? b : a;
    default: return a * b;
  }
}

/* The sum of up to CHUNK neighbours in four independent chains. */
static float sum_chunk(const float *in, int32_t length) {
  f4 s0 = splat(0), s1 = s0, s2 = s0, s3 = s0;
  int32_t i = 0;
  for (; i + 16 <= length; i += 16) {
    s0 += load(in + i), s1 += load(in + i + 4);
    s2 += load(in + i + 8), s3 += load(in + i + 12);
  }
  for (; i + 4 <= length; i += 4) s0 += load(in + i);
  f4 s = (s0 + s1) + (s2 + s3);
  float total = (s[0] + s[1]) + (s[2] + s[3]);
  for (; i < length; i++) total += in[i];
  return total;
}

/* Chunks are added up in double precision: the error does not grow with the length. */
static float sum_row(const float *in, int32_t length) {
  double total = 0;
  for (int32_t i = 0; i < length; i += CHUNK)
    total += sum_chunk(in + i, length - i < CHUNK ? length - i : CHUNK);
  return (float)total;
}

static float reduce_row(int32_t reduction, const float *in, int32_t length) {
  if (reduction == REDUCTION_SUM) return sum_row(in, length);
  float result = reduction == REDUCTION_PROD ? 1.0f : in[0];
  int32_t i = 0;
  if (length >= 2 * LANES) {
    f4 r = load(in);
    for (i = LANES; i + LANES <= length; i += LANES) r = combine(reduction, r, load(in + i));
    result = r[0];
    for (int lane = 1; lane < LANES; lane++) result = combine_one(reduction, result, r[lane]);
  }
  for (; i < length; i++) result = combine_one(reduction, result, in[i]);
  return result;
}

/* out[j] from in[0][j], in[1][j] and so on, whole rows at a time. */
static void reduce_rows(int32_t reduction, float *out, const float *in, int32_t length,
                        int32_t inner) {
  float start = reduction == REDUCTION_PROD ? 1.0f : 0.0f;
  for (int32_t j = 0; j < inner; j++) out[j] = length ? in[j] : start;
  for (int32_t k = 1; k < length; k++) {
    const float *row = in + (ptrdiff_t)k * inner;
    int32_t j = 0;
    for (; j + LANES <= inner; j += LANES)
      store(out + j, combine(reduction, load(out + j), load(row + j)));
    for (; j < inner; j++) out[j] = combine_one(reduction, out[j], row[j]);
  }
}

static uint32_t read_int(const void *in, ptrdiff_t at, int32_t word) {
  return word == WORD_UINT8 ? ((const uint8_t *)in)[at] : ((const uint32_t *)in)[at];
}

/* Sums and products of bytes wrap around as those of words do. */
static void reduce_int(int32_t reduction, int32_t word, void *out, const void *in, int32_t length,
                       int32_t inner) {
  for (int32_t j = 0; j < inner; j++) {
    uint32_t result = length ? read_int(in, j, word) : reduction == REDUCTION_PROD;
    for (int32_t k = 1; k < length; k++)
      result = combine_int(reduction, word, result, read_int(in, (ptrdiff_t)k * inner + j, word));
    if (word == WORD_UINT8)
      ((uint8_t *)out)[j] = (uint8_t)result;
    else
      ((uint32_t *)out)[j] = result;
  }
}

void reduce(Arguments arguments) {
  char *out = take_address(&arguments);
  const char *in = take_address(&arguments);
  int32_t reduction = take(&arguments), word = take(&arguments), outer = take(&arguments);
  int32_t length = take(&arguments), inner = take(&arguments), size = word == WORD_UINT8 ? 1 : 4;
  for (; outer > 0; outer--, in += (ptrdiff_t)length * inner * size, out += inner * size) {
    if (word != WORD_FLOAT32)
      reduce_int(reduction, word, out, in, length, inner);
    else if (inner == 1)
      *(float *)out = reduce_row(reduction, (const float *)in, length);
    else
      reduce_rows(reduction, (float *)out, (const float *)in, length, inner);
  }
}

/* Whether `a` goes before `b`: it is larger (or smaller), or the first NaN. */
static int wins(int32_t reduction, int32_t word, uint32_t a, uint32_t b) {
  if (word == WORD_FLOAT32) {
    float x = ((union { uint32_t bits; float value; }){a}).value;
    float y = ((union { uint32_t bits; float value; }){b}).value;
    return y == y && (x != x || (reduction == REDUCTION_MAX ? x > y : x < y));
  }
  int above = word == WORD_INT32 ? (int32_t)a > (int32_t)b : a > b;
  return reduction == REDUCTION_MAX ? above : a != b && !above;
}

/* The place of the first element that is `best`, or NaN if that is. */
static int32_t first_of(const float *in, float best) {
  int32_t k = 0;
  while (in[k] != best && (best == best || in[k] == in[k])) k++;
  return k;
}

void arg_reduce(Arguments arguments) {
  int32_t *out = take_address(&arguments);
  const void *in = take_address(&arguments);
  int32_t reduction = take(&arguments), word = take(&arguments), outer = take(&arguments);
  int32_t length = take(&arguments), inner = take(&arguments);
  ptrdiff_t first = 0;
  for (; outer > 0; outer--, first += (ptrdiff_t)length * inner) {
    if (word == WORD_FLOAT32 && inner == 1) {
      const float *row = (const float *)in + first;
      *out++ = first_of(row, reduce_row(reduction, row, length));
      continue;
    }
    for (int32_t j = 0; j < inner; j++) {
      int32_t best = 0;
      uint32_t best_value = read_int(in, first + j, word);
      for (int32_t k = 1; k < length; k++) {
        uint32_t value = read_int(in, first + (ptrdiff_t)k * inner + j, word);
        if (wins(reduction, word, value, best_value)) best = k, best_value = value;
      }
      *out++ = best;
    }
  }
}

void cumsum(Arguments arguments) {
  float *out = take_address(&arguments);
  const float *in = take_address(&arguments);
  int32_t word = take(&arguments), reverse = take(&arguments), outer = take(&arguments);
  int32_t length = take(&arguments), inner = take(&arguments);
  ptrdiff_t step = reverse ? -inner : inner, size = (ptrdiff_t)length * inner;
  for (; outer > 0; outer--, in += size, out += size) {
    for (int32_t j = 0; j < inner; j++) {
      ptrdiff_t at = reverse ? size - inner + j : j;
      float total = 0;
      uint32_t total_int = 0;
      for (int32_t k = 0; k < length; k++, at += step) {
        if (word == WORD_FLOAT32)
          out[at] = total += in[at];
        else
          ((uint32_t *)out)[at] = total_int += ((const uint32_t *)in)[at];
      }
    }
  }
}
