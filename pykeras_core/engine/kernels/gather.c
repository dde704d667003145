/* Reading and adding at computed places. An index outside of its axis is moved to the nearest
 * end, so that no data makes a kernel leave its buffers.
 *
 * Words: TAKE                    out, in, indices, outer, axis, n_indices, row bytes
 *        TAKE_ALONG_AXIS         out, in, indices, bytes an element, outer, axis, n, inner
 *        SCATTER_ADD             out, updates, indices, WORD, outer, axis, n_indices, row words
 *        SCATTER_ADD_ALONG_AXIS  out, updates, indices, WORD, outer, axis, n, inner
 *        DYNAMIC_SLICE           out, in, start, rows, length, row bytes
 */
#include "kernels.h"
#include "simd.h"

INLINE ptrdiff_t clip(int32_t index, int32_t size) {
  return index < 0 ? 0 : index >= size ? size - 1 : index;
}

void take_rows(Arguments arguments) {
  char *out = take_address(&arguments);
  const char *in = take_address(&arguments);
  const int32_t *indices = take_address(&arguments);
  ptrdiff_t outer = take(&arguments);
  int32_t axis = take(&arguments), n = take(&arguments);
  ptrdiff_t row = take(&arguments);
  for (; outer > 0; outer--, in += axis * row) {
    for (int32_t i = 0; i < n; i++, out += row)
      __builtin_memcpy(out, in + clip(indices[i], axis) * row, (size_t)row);
  }
}

void take_along_axis(Arguments arguments) {
  char *out = take_address(&arguments);
  const char *in = take_address(&arguments);
  const int32_t *indices = take_address(&arguments);
  int32_t size = take(&arguments);
  ptrdiff_t outer = take(&arguments);
  int32_t axis = take(&arguments);
  int32_t n = take(&arguments);
  ptrdiff_t inner = take(&arguments);
  for (; outer > 0; outer--, in += axis * inner * size) {
    for (int32_t k = 0; k < n; k++) {
      for (ptrdiff_t j = 0; j < inner; j++, out += size) {
        const char *from = in + (clip(*indices++, axis) * inner + j) * size;
        if (size == 4)
          *(uint32_t *)out = *(const uint32_t *)from;
        else
          *out = *from;
      }
    }
  }
}

INLINE void clear(void *out, ptrdiff_t words) {
  __builtin_memset(out, 0, (size_t)words * sizeof(uint32_t));
}

static void add_row(float *out, const float *in, int32_t word, ptrdiff_t count) {
  ptrdiff_t i = 0;
  if (word == WORD_FLOAT32) {
    for (; i + LANES <= count; i += LANES) store(out + i, load(out + i) + load(in + i));
    for (; i < count; i++) out[i] += in[i];
  } else {
    for (; i < count; i++) ((uint32_t *)out)[i] += ((const uint32_t *)in)[i];
  }
}

void scatter_add(Arguments arguments) {
  float *out = take_address(&arguments);
  const float *updates = take_address(&arguments);
  const int32_t *indices = take_address(&arguments);
  int32_t word = take(&arguments);
  ptrdiff_t outer = take(&arguments);
  int32_t axis = take(&arguments);
  int32_t n = take(&arguments);
  ptrdiff_t row = take(&arguments);
  clear(out, outer * axis * row);
  if (axis == 0) return;
  for (; outer > 0; outer--, out += axis * row)
    for (int32_t i = 0; i < n; i++, updates += row)
      add_row(out + clip(indices[i], axis) * row, updates, word, row);
}

void scatter_add_along_axis(Arguments arguments) {
  float *out = take_address(&arguments);
  const float *updates = take_address(&arguments);
  const int32_t *indices = take_address(&arguments);
  int32_t word = take(&arguments);
  ptrdiff_t outer = take(&arguments);
  int32_t axis = take(&arguments);
  int32_t n = take(&arguments);
  ptrdiff_t inner = take(&arguments);
  clear(out, outer * axis * inner);
  if (axis == 0) return;
  for (; outer > 0; outer--, out += axis * inner)
    for (int32_t k = 0; k < n; k++)
      for (ptrdiff_t j = 0; j < inner; j++)
        add_row(out + clip(*indices++, axis) * inner + j, updates++, word, 1);
}

void dynamic_slice(Arguments arguments) {
  char *out = take_address(&arguments);
  const char *in = take_address(&arguments);
  int32_t start = *(const int32_t *)take_address(&arguments);
  int32_t rows = take(&arguments), length = take(&arguments);
  ptrdiff_t row = take(&arguments);
  ptrdiff_t last = rows - length, first = start < 0 ? 0 : start > last ? last : start;
  __builtin_memcpy(out, in + first * row, (size_t)(length * row));
}
