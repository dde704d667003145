/* SOFTMAX: e^x / sum(e^x), or its logarithm, along the middle axis of (outer, length, inner).
 *
 * Words: out, in, scratch (rounded-up length words), is_log, outer, length, inner
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

/* In place, over `padded` elements; those beyond the row's end are -inf and add nothing. */
static void softmax_row(float *x, int32_t padded, int32_t is_log) {
  f4 top = splat(largest(x, padded)), sums = splat(0);
  for (int32_t i = 0; i < padded; i += LANES) {
    f4 shifted = load(x + i) - top, e = exponential(shifted);
    sums += e;
    store(x + i, is_log ? shifted : e);
  }
  float sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  f4 by = splat(is_log ? natural_log(sum) : sum);
  for (int32_t i = 0; i < padded; i += LANES) {
    f4 value = load(x + i);
    store(x + i, is_log ? value - by : value / by);
  }
}

void softmax(Arguments arguments) {
  float *out = take_address(&arguments);
  const float *in = take_address(&arguments);
  float *row = take_address(&arguments);
  int32_t is_log = take(&arguments), outer = take(&arguments), length = take(&arguments);
  ptrdiff_t inner = take(&arguments);
  int32_t padded = (length + LANES - 1) / LANES * LANES;
  if (length == 0) return;
  for (int32_t i = length; i < padded; i++) row[i] = -__builtin_inff();
  for (; outer > 0; outer--, in += length * inner, out += length * inner) {
    for (ptrdiff_t j = 0; j < inner; j++) {
      for (int32_t i = 0; i < length; i++) row[i] = in[i * inner + j];
      softmax_row(row, padded, is_log);
      for (int32_t i = 0; i < length; i++) out[i * inner + j] = row[i];
      for (int32_t i = length; i < padded; i++) row[i] = -__builtin_inff();
    }
  }
}
