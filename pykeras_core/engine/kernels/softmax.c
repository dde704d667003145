/* SOFTMAX: e^x / sum(e^x), or its logarithm, along the middle axis of (outer, length, inner).
 *
 * Words: out, in, scratch (rounded-up length, twice), is_log, outer, length, inner
 */
#include "functions.h"
#include "kernels.h"

static float largest(const float *x, int32_t padded) {
  f4 m = load(x);
  for (int32_t i = LANES; i < padded; i += LANES) m = maximum(m, load(x + i));
  m = maximum(m, __builtin_shufflevector(m, m, 2, 3, 0, 1));
  return maximum(m, __builtin_shufflevector(m, m, 1, 0, 3, 2))[0];
}

static float natural_log(float x) { return logarithm(splat(x))[0]; }

/* The last elements of a row, fewer than LANES, in a vector; -inf, which adds nothing, beyond. */
INLINE f4 load_end(const float *in, int32_t count) {
  f4 x = splat(-__builtin_inff());
  if (count > 0) x[0] = in[0];
  if (count > 1) x[1] = in[1];
  if (count > 2) x[2] = in[2];
  return x;
}

INLINE void store_end(float *out, f4 x, int32_t count) {
  if (count > 0) out[0] = x[0];
  if (count > 1) out[1] = x[1];
  if (count > 2) out[2] = x[2];
}

/* A row of neighbours. `row` holds it meanwhile, in whole vectors. */
static void softmax_row(float *out, const float *in, float *row, int32_t length, int32_t is_log) {
  int32_t whole = length / LANES * LANES, padded = (length + LANES - 1) / LANES * LANES;
  for (int32_t i = 0; i < whole; i += LANES) store(row + i, load(in + i));
  if (whole < length) store(row + whole, load_end(in + whole, length - whole));
  f4 top = splat(largest(row, padded)), sums = splat(0);
  for (int32_t i = 0; i < padded; i += LANES) {
    f4 shifted = load(row + i) - top, e = exponential(shifted);
    sums += e;
    store(row + i, is_log ? shifted : e);
  }
  float sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  f4 by = splat(is_log ? natural_log(sum) : sum);
  for (int32_t i = 0; i < padded; i += LANES) {
    f4 value = load(row + i);
    value = is_log ? value - by : value / by;
    if (i < whole)
      store(out + i, value);
    else
      store_end(out + i, value, length - i);
  }
}

void softmax(Arguments arguments) {
  float *out = take_address(&arguments);
  const float *in = take_address(&arguments);
  float *row = take_address(&arguments);
  int32_t is_log = take(&arguments), outer = take(&arguments), length = take(&arguments);
  ptrdiff_t inner = take(&arguments);
  if (length == 0) return;
  for (; outer > 0; outer--, in += length * inner, out += length * inner) {
    if (inner == 1) {
      softmax_row(out, in, row, length, is_log);
      continue;
    }
    for (ptrdiff_t j = 0; j < inner; j++) {
      float *column = row + (length + LANES - 1) / LANES * LANES;
      for (int32_t i = 0; i < length; i++) column[i] = in[i * inner + j];
      softmax_row(column, column, row, length, is_log);
      for (int32_t i = 0; i < length; i++) out[i * inner + j] = column[i];
    }
  }
}
