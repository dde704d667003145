/* CONV and its two gradients, as matrix products whose larger matrix is never made.
 *
 * A window is a row of that matrix: the elements it holds lie in the samples (or in the band) as a
 * few segments of neighbours, one after the other rows of the kernel. Where segments are short,
 * the windows of a block are gathered into scratch, and are one segment there.
 *
 * Words: CONV              outputs, inputs, kernel, scratch, and those of Conv
 *        CONV_INPUT_GRAD   inputs' gradient, cotangent, kernel, scratch, Conv
 *        CONV_KERNEL_GRAD  kernel's gradient, inputs, cotangent, scratch, Conv
 *        Conv              Windows, groups, channels and filters of a group, words of a window of
 *                          a group, n_pieces, pieces..., n_segments, segments...
 * Pieces are what is gathered, none if nothing is; pieces and segments are (offset, length), a
 * segment's length at most SEGMENT. Scratch: a panel, offsets of windows, of gathered windows,
 * the band, gathered windows.
 */
#include "kernels.h"
#include "tile.h"
#include "windows.h"

#define SEGMENT 384    /* depth of a packed panel at most: 12 KB */
#define CORRELATED 128 /* windows that the kernel's gradient goes down at once */

typedef struct {
  int32_t offset, length;
} Segment;

typedef struct {
  const Windows *windows;
  int32_t groups, channels, filters, depth;
  int32_t n_pieces, n_segments;
  const Segment *pieces, *segments;
  ptrdiff_t all_filters;
  float *panel, *band, *gathered;
  int32_t *offsets, *gathered_offsets;
} Conv;

static const Segment *take_segments(Arguments *arguments, int32_t *count) {
  *count = take(arguments);
  const Segment *segments = (const Segment *)arguments->words;
  arguments->words += 2 * *count;
  return segments;
}

static Conv take_conv(Arguments *arguments, float *scratch) {
  Conv c = {.windows = take_windows(arguments)};
  c.groups = take(arguments), c.channels = take(arguments);
  c.filters = take(arguments), c.depth = take(arguments);
  c.pieces = take_segments(arguments, &c.n_pieces);
  c.segments = take_segments(arguments, &c.n_segments);
  c.all_filters = (ptrdiff_t)c.groups * c.filters;
  int32_t windows = c.windows->units * windows_of_unit(c.windows);
  c.panel = scratch;
  c.offsets = (int32_t *)(c.panel + SEGMENT * PANEL);
  c.gathered_offsets = c.offsets + windows;
  c.band = (float *)(c.gathered_offsets + windows);
  c.gathered = c.band + c.windows->band_words;
  for (int32_t i = 0; c.n_pieces && i < windows; i++) c.gathered_offsets[i] = i * c.depth;
  return c;
}

/* The windows of one group in a block: window i begins at data + offsets[i]. */
typedef struct {
  float *data;
  const int32_t *offsets;
  int32_t count;
} Rows;

/* Rows of a block's group in the samples or the band; moved into scratch where pieces say so. */
static Rows gather(const Conv *c, const Block *block, const float *source, int32_t group) {
  const float *from = source + group * c->channels;
  if (!c->n_pieces) return (Rows){(float *)from, c->offsets, block->windows};
  float *out = c->gathered;
  for (int32_t i = 0; i < block->windows; i++)
    for (int32_t p = 0; p < c->n_pieces; p++) {
      const float *in = from + c->offsets[i] + c->pieces[p].offset;
      for (int32_t k = 0; k < c->pieces[p].length; k++) *out++ = in[k];
    }
  return (Rows){c->gathered, c->gathered_offsets, block->windows};
}

/* Adds gathered rows to where they belong. */
static void scatter(const Conv *c, const Rows *rows, float *target) {
  const float *in = rows->data;
  for (int32_t i = 0; i < rows->count; i++)
    for (int32_t p = 0; p < c->n_pieces; p++) {
      float *out = target + c->offsets[i] + c->pieces[p].offset;
      for (int32_t k = 0; k < c->pieces[p].length; k++) out[k] += *in++;
    }
}

/* to (+)= the product of rows, which begin at data + offsets[i], with b, segment after segment. */
INLINE void forward(const int rows, const int vectors, const float *data, const int32_t *offsets,
                    const Segment *segments, int32_t count, const float *b, const Target *to) {
  f4 sums[TILE_ROWS][2];
  const float *at[TILE_ROWS];
  clear_sums(rows, sums);
  for (int32_t s = 0; s < count; s++) {
    UNROLLED for (int i = 0; i < rows; i++) at[i] = data + segments[s].offset + offsets[i];
    b = add_rows(rows, vectors, at, b, segments[s].length, sums);
  }
  put_sums(rows, vectors, to, sums);
}
TILES(forward_tile, forward,
      (const float *data, const int32_t *offsets, const Segment *segments, int32_t count,
       const float *b, const Target *to),
      data, offsets, segments, count, b, to)

/* As many segments from `first` on as a panel has room for; `depth` becomes their length. */
static int32_t end_of_panel(const Conv *c, int32_t first, int32_t *depth) {
  int32_t end = first;
  *depth = 0;
  while (end < c->n_segments && *depth + c->segments[end].length <= SEGMENT)
    *depth += c->segments[end++].length;
  return end;
}

/* outputs[rows][filters] = rows @ kernel, for one group of a block. */
static void multiply_rows(const Conv *c, const Rows *rows, const float *kernel, float *out) {
  Target to = {.row = c->all_filters};
  for (int32_t first = 0, end, depth; first < c->n_segments; first = end) {
    end = end_of_panel(c, first, &depth);
    for (int32_t j = 0; j < c->filters; j += PANEL) {
      to.out = out + j, to.width = panel_width(c->filters - j), to.accumulate = first > 0;
      pack_panel((Matrix){kernel + j, c->all_filters, 1}, depth, to.width, c->panel);
      for (int32_t i = 0, n; i < rows->count; i += n, to.out += n * to.row) {
        n = next_rows(rows->count - i);
        forward_tile(n, rows->data, rows->offsets + i, c->segments + first, end - first, c->panel,
                     &to);
      }
    }
    kernel += depth * c->all_filters;
  }
}

void conv(Arguments arguments) {
  float *out = take_address(&arguments);
  const float *inputs = take_address(&arguments);
  const float *kernel = take_address(&arguments);
  Conv c = take_conv(&arguments, take_address(&arguments));
  Block block = {0};
  while (next_block(c.windows, &block)) {
    float *to = out + block.before * c.all_filters;
    locate_windows(c.windows, &block, c.offsets);
    if (c.windows->band_words) read_band(c.windows, &block, inputs, 0, c.band);
    if (!c.n_segments) clear_words(to, block.windows * c.all_filters);
    for (int32_t g = 0; g < c.groups; g++) {
      Rows rows = gather(&c, &block, c.windows->band_words ? c.band : inputs, g);
      multiply_rows(&c, &rows, kernel + g * c.filters, to + g * c.filters);
    }
  }
}

/* to (+)= the product of a's rows with b. */
INLINE void backward(const int rows, const int vectors, const float *a, ptrdiff_t row,
                     const float *b, int32_t depth, const Target *to) {
  f4 sums[TILE_ROWS][2];
  const float *at[TILE_ROWS];
  clear_sums(rows, sums);
  UNROLLED for (int i = 0; i < rows; i++) at[i] = a + i * row;
  add_rows(rows, vectors, at, b, depth, sums);
  put_sums(rows, vectors, to, sums);
}
TILES(backward_tile, backward,
      (const float *a, ptrdiff_t row, const float *b, int32_t depth, const Target *to), a, row, b,
      depth, to)

/* rows (+)= ct @ kernel transposed, for one group of a block. */
static void add_to_rows(const Conv *c, const Rows *rows, const float *ct, const float *kernel,
                        int accumulate) {
  for (int32_t f = 0, depth; f < c->filters; f += depth) {
    depth = c->filters - f < SEGMENT ? c->filters - f : SEGMENT;
    Matrix b = {kernel + f, 1, c->all_filters};
    for (int32_t s = 0; s < c->n_segments; s++) {
      const Segment *segment = c->segments + s;
      for (int32_t j = 0; j < segment->length; j += PANEL) {
        Target to = {.width = panel_width(segment->length - j), .accumulate = accumulate || f > 0};
        pack_panel(part(b, 0, j), depth, to.width, c->panel);
        to.out = rows->data + segment->offset + j;
        for (int32_t i = 0, n; i < rows->count; i += n) {
          n = next_rows(rows->count - i);
          to.offsets = rows->offsets + i;
          backward_tile(n, ct + i * c->all_filters + f, c->all_filters, c->panel, depth, &to);
        }
      }
      b = part(b, 0, segment->length);
    }
  }
}

void conv_input_grad(Arguments arguments) {
  float *out = take_address(&arguments);
  const float *ct = take_address(&arguments);
  const float *kernel = take_address(&arguments);
  Conv c = take_conv(&arguments, take_address(&arguments));
  const Windows *w = c.windows;
  clear_words(out, w->batch * sample_words(w));
  Block block = {0};
  while (c.filters && next_block(w, &block)) {
    float *target = w->band_words ? c.band : out;
    locate_windows(w, &block, c.offsets);
    clear_words(c.band, w->band_words);
    for (int32_t g = 0; g < c.groups; g++) {
      const float *from = ct + block.before * c.all_filters + g * c.filters;
      Rows rows = {target + g * c.channels, c.offsets, block.windows};
      if (c.n_pieces) rows = (Rows){c.gathered, c.gathered_offsets, block.windows};
      add_to_rows(&c, &rows, from, kernel + g * c.filters, c.n_pieces == 0);
      if (c.n_pieces) scatter(&c, &rows, target + g * c.channels);
    }
    if (w->band_words) add_band(w, &block, c.band, out);
  }
}

/* to += the product of columns, which begin at a + offsets[k], with b. */
INLINE void correlate(const int rows, const int vectors, const float *a, const int32_t *offsets,
                      const float *b, int32_t depth, const Target *to) {
  f4 sums[TILE_ROWS][2];
  clear_sums(rows, sums);
  add_columns_at(rows, vectors, a, offsets, b, depth, sums);
  put_sums(rows, vectors, to, sums);
}
TILES(correlate_tile, correlate,
      (const float *a, const int32_t *offsets, const float *b, int32_t depth, const Target *to), a,
      offsets, b, depth, to)

/* kernel's gradient += rows transposed @ ct, for one group and some rows. */
static void add_correlations(const Conv *c, const Rows *rows, const float *ct, float *out) {
  for (int32_t j = 0; j < c->filters; j += PANEL) {
    Target to = {out + j, c->all_filters, 0, panel_width(c->filters - j), 1};
    pack_panel((Matrix){ct + j, c->all_filters, 1}, rows->count, to.width, c->panel);
    for (int32_t s = 0; s < c->n_segments; s++) {
      const float *from = rows->data + c->segments[s].offset;
      for (int32_t k = 0, n; k < c->segments[s].length; k += n, to.out += n * to.row) {
        n = next_rows(c->segments[s].length - k);
        correlate_tile(n, from + k, rows->offsets, c->panel, rows->count, &to);
      }
    }
  }
}

void conv_kernel_grad(Arguments arguments) {
  float *out = take_address(&arguments);
  const float *inputs = take_address(&arguments);
  const float *ct = take_address(&arguments);
  Conv c = take_conv(&arguments, take_address(&arguments));
  clear_words(out, c.depth * c.all_filters);
  Block block = {0};
  while (next_block(c.windows, &block)) {
    const float *from = ct + block.before * c.all_filters;
    locate_windows(c.windows, &block, c.offsets);
    if (c.windows->band_words) read_band(c.windows, &block, inputs, 0, c.band);
    for (int32_t g = 0; g < c.groups; g++) {
      Rows rows = gather(&c, &block, c.windows->band_words ? c.band : inputs, g);
      for (int32_t i = 0; i < block.windows; i += rows.count, rows.offsets += rows.count) {
        rows.count = block.windows - i < CORRELATED ? block.windows - i : CORRELATED;
        const float *part = from + i * c.all_filters + g * c.filters;
        add_correlations(&c, &rows, part, out + g * c.filters);
      }
    }
  }
}
