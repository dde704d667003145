/* Windows that slide over a batch of samples: where they begin, and samples with padding.
 *
 * A sample has three spatial axes (of length 1 where it has fewer) and `channels` words an
 * element. Windows are walked in blocks of whole units; a unit is all windows of one sample at one
 * position along the first axis. Where there is padding, the rows of the first axis that a block
 * needs are copied into scratch with their padding: the band.
 */
#ifndef PYKERAS_WINDOWS_H
#define PYKERAS_WINDOWS_H

#include "kernels.h"

/* As the words of an instruction have it; `backends/wasm/sliding.py` writes them. */
typedef struct {
  int32_t batch, channels;
  int32_t repeat; /* how often the band holds each channel, side by side */
  int32_t sizes[3], padded[3], low[3], positions[3], steps[3];
  int32_t span;       /* rows of the first axis in a window */
  int32_t units;      /* in a block */
  int32_t band_words; /* 0 if windows lie in the samples themselves */
} Windows;

/* Units [first, first + units) of all, and how many windows they are. */
typedef struct {
  int32_t first, units, windows;
  ptrdiff_t before; /* windows of the blocks before */
} Block;

static inline const Windows *take_windows(Arguments *a) {
  const Windows *w = (const Windows *)a->words;
  a->words += sizeof(Windows) / sizeof(int32_t);
  return w;
}

static inline int32_t windows_of_unit(const Windows *w) {
  return w->positions[1] * w->positions[2];
}

static inline ptrdiff_t sample_words(const Windows *w) {
  return (ptrdiff_t)w->sizes[0] * w->sizes[1] * w->sizes[2] * w->channels;
}

/* Moves on to the next block; begins with {0}. Returns 0 when there is none. */
int next_block(const Windows *w, Block *block);

/* Where each window of a block begins: in the band, else in the samples. */
void locate_windows(const Windows *w, const Block *block, int32_t *offsets);

/* Fills the band of a block from the samples; padding gets `value`. */
void read_band(const Windows *w, const Block *block, const float *samples, float value,
               float *band);

/* Adds what the band of a block holds to the samples, padding left out. */
void add_band(const Windows *w, const Block *block, const float *band, float *samples);

static inline void clear_words(float *out, ptrdiff_t count) {
  __builtin_memset(out, 0, (size_t)count * sizeof(float));
}

#endif
