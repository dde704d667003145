/* COPY, FILL and FLUSH: elements moved, none computed. Transposing, stretching, slicing, padding,
 * joining and flipping are all COPY.
 *
 * Words: COPY  out, in, bytes an element, offset out, offset in, rank, sizes..., strides out...,
 *              strides in... (in elements; the last axis moves fastest)
 *        FILL  out, bytes an element, elements, value
 *        FLUSH numbers, count
 */
#include "kernels.h"
#include "simd.h"

#define MAX_RANK 8
#define TILE 16

INLINE void copy_bytes(char *restrict out, const char *restrict in, ptrdiff_t count) {
  __builtin_memcpy(out, in, (size_t)count);
}

/* One line of elements. */
static void copy_line(char *out, const char *in, int32_t size, ptrdiff_t step_out,
                      ptrdiff_t step_in, int32_t count) {
  if (step_out == 1 && step_in == 1) {
    copy_bytes(out, in, (ptrdiff_t)count * size);
  } else if (size == 4) {
    uint32_t *to = (uint32_t *)out;
    const uint32_t *from = (const uint32_t *)in;
    for (int32_t i = 0; i < count; i++) to[i * step_out] = from[i * step_in];
  } else {
    for (int32_t i = 0; i < count; i++) out[i * step_out] = in[i * step_in];
  }
}

typedef struct {
  int32_t size, rank;
  const int32_t *sizes, *strides_out, *strides_in;
} Layout;

/* The last two axes, in square tiles when the input's neighbours lie along the other one. */
static void copy_plane(char *out, const char *in, const Layout *l) {
  int row = l->rank - 2, column = l->rank - 1;
  int32_t rows = l->sizes[row], columns = l->sizes[column];
  ptrdiff_t out_row = l->strides_out[row], in_row = l->strides_in[row];
  ptrdiff_t out_column = l->strides_out[column], in_column = l->strides_in[column];
  int32_t tile_rows = in_column == 1 ? 1 : TILE, tile_columns = in_column == 1 ? columns : TILE;
  for (int32_t r = 0; r < rows; r += tile_rows)
    for (int32_t c = 0; c < columns; c += tile_columns)
      for (int32_t i = r; i < r + tile_rows && i < rows; i++)
        copy_line(out + (i * out_row + c * out_column) * l->size,
                  in + (i * in_row + c * in_column) * l->size, l->size, out_column, in_column,
                  columns - c < tile_columns ? columns - c : tile_columns);
}

static void copy_axes(char *out, const char *in, const Layout *l, int axis) {
  if (axis == l->rank - 2) {
    copy_plane(out, in, l);
    return;
  }
  for (int32_t i = 0; i < l->sizes[axis]; i++) {
    copy_axes(out, in, l, axis + 1);
    out += (ptrdiff_t)l->strides_out[axis] * l->size;
    in += (ptrdiff_t)l->strides_in[axis] * l->size;
  }
}

void copy(Arguments arguments) {
  char *out = take_address(&arguments);
  const char *in = take_address(&arguments);
  Layout layout = {.size = take(&arguments)};
  out += (ptrdiff_t)take(&arguments) * layout.size;
  in += (ptrdiff_t)take(&arguments) * layout.size;
  layout.rank = take(&arguments);
  layout.sizes = arguments.words;
  layout.strides_out = layout.sizes + layout.rank;
  layout.strides_in = layout.strides_out + layout.rank;
  copy_axes(out, in, &layout, 0);
}

void fill(Arguments arguments) {
  uint32_t *out = take_address(&arguments);
  int32_t size = take(&arguments), count = take(&arguments), value = take(&arguments);
  if (size == 4)
    for (int32_t i = 0; i < count; i++) out[i] = (uint32_t)value;
  else
    __builtin_memset(out, value, (size_t)count);
}

/* Makes subnormal numbers zero. Processors take some hundred cycles for each operation on one, and
 * moving means of zeros end as subnormals, such as Adam's for pixels that stay black. */
void flush(Arguments arguments) {
  float *numbers = take_address(&arguments);
  int32_t count = take(&arguments), i = 0;
  const f4 least = splat(1.17549435e-38f);
  for (; i + LANES <= count; i += LANES) {
    f4 x = load(numbers + i);
    i4 small = absolute(x) < least;
    if (any(small)) store(numbers + i, (f4)((i4)x & ~small));
  }
  for (; i < count; i++)
    if (absolute(splat(numbers[i]))[0] < least[0]) numbers[i] = 0;
}
