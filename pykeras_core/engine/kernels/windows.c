/* The walk over windows that convolution and pooling share. */
#include "windows.h"

#include "simd.h"

/* Neighbouring rows of a sample's first axis that a block needs; `row` may be in the padding. */
typedef struct {
  int32_t sample, row, rows, units;
} Run;

int next_block(const Windows *w, Block *block) {
  int32_t total = w->batch * w->positions[0];
  block->first += block->units;
  block->before += block->windows;
  block->units = total - block->first < w->units ? total - block->first : w->units;
  block->windows = block->units * windows_of_unit(w);
  return block->units > 0;
}

/* The part of [unit, end) that lies in one sample. */
static Run next_run(const Windows *w, int32_t unit, int32_t end) {
  int32_t position = unit % w->positions[0], left = w->positions[0] - position;
  Run run = {.sample = unit / w->positions[0], .units = end - unit < left ? end - unit : left};
  run.row = position * w->steps[0] - w->low[0];
  run.rows = (run.units - 1) * w->steps[0] + w->span;
  return run;
}

void locate_windows(const Windows *w, const Block *block, int32_t *offsets) {
  const int32_t *sizes = w->band_words ? w->padded : w->sizes;
  int32_t element = w->band_words ? w->channels * w->repeat : w->channels;
  int32_t line = sizes[2] * element, plane = sizes[1] * line, band = 0;
  int32_t end = block->first + block->units;
  for (int32_t unit = block->first; unit < end;) {
    Run run = next_run(w, unit, end);
    int32_t start = w->band_words ? band : (run.sample * sizes[0] + run.row) * plane;
    for (int32_t i = 0; i < run.units; i++, start += w->steps[0] * plane)
      for (int32_t j = 0; j < w->positions[1]; j++)
        for (int32_t k = 0; k < w->positions[2]; k++)
          *offsets++ = start + j * w->steps[1] * line + k * w->steps[2] * element;
    band += run.rows * plane;
    unit += run.units;
  }
}

static float *fill_words(float *out, ptrdiff_t count, float value) {
  ptrdiff_t i = 0;
  for (; i + LANES <= count; i += LANES) store(out + i, splat(value));
  for (; i < count; i++) out[i] = value;
  return out + count;
}

/* Elements in a row, each of their channels `repeat` times. */
static float *copy_elements(float *out, const float *in, ptrdiff_t count, int32_t repeat) {
  if (repeat == 1) {
    __builtin_memcpy(out, in, (size_t)count * sizeof(float));
    return out + count;
  }
  for (ptrdiff_t i = 0; i < count; i++) out = fill_words(out, repeat, in[i]);
  return out;
}

INLINE int is_inside(int32_t at, int32_t size) { return at >= 0 && at < size; }

void read_band(const Windows *w, const Block *block, const float *samples, float value,
               float *band) {
  ptrdiff_t element = w->channels * w->repeat, line = w->sizes[2] * w->channels;
  ptrdiff_t after = (w->padded[2] - w->low[2] - w->sizes[2]) * element;
  int32_t end = block->first + block->units;
  for (int32_t unit = block->first; unit < end;) {
    Run run = next_run(w, unit, end);
    for (int32_t i = run.row; i < run.row + run.rows; i++) {
      for (int32_t j = -w->low[1]; j < w->padded[1] - w->low[1]; j++) {
        if (!is_inside(i, w->sizes[0]) || !is_inside(j, w->sizes[1])) {
          band = fill_words(band, w->padded[2] * element, value);
          continue;
        }
        ptrdiff_t from = ((ptrdiff_t)run.sample * w->sizes[0] + i) * w->sizes[1] + j;
        band = fill_words(band, w->low[2] * element, value);
        band = copy_elements(band, samples + from * line, line, w->repeat);
        band = fill_words(band, after, value);
      }
    }
    unit += run.units;
  }
}

/* out[i] += the sum of `repeat` neighbours. */
static void add_elements(float *out, const float *in, ptrdiff_t count, int32_t repeat) {
  ptrdiff_t i = 0;
  if (repeat == 1)
    for (; i + LANES <= count; i += LANES) store(out + i, load(out + i) + load(in + i));
  for (; i < count; i++)
    for (int32_t r = 0; r < repeat; r++) out[i] += in[i * repeat + r];
}

void add_band(const Windows *w, const Block *block, const float *band, float *samples) {
  ptrdiff_t element = w->channels * w->repeat, line = w->sizes[2] * w->channels;
  int32_t end = block->first + block->units;
  for (int32_t unit = block->first; unit < end;) {
    Run run = next_run(w, unit, end);
    for (int32_t i = run.row; i < run.row + run.rows; i++) {
      for (int32_t j = -w->low[1]; j < w->padded[1] - w->low[1]; j++) {
        ptrdiff_t to = ((ptrdiff_t)run.sample * w->sizes[0] + i) * w->sizes[1] + j;
        if (is_inside(i, w->sizes[0]) && is_inside(j, w->sizes[1]))
          add_elements(samples + to * line, band + w->low[2] * element, line, w->repeat);
        band += w->padded[2] * element;
      }
    }
    unit += run.units;
  }
}
