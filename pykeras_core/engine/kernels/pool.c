/* MAX_POOL, SUM_POOL and what belongs to them: maxima and sums of windows, over all channels of a
 * window at once.
 *
 * Words: MAX_POOL       out, in, scratch, Windows, n_taps, taps...
 *        MAX_POOL_GRAD  inputs' gradient, cotangent, in, scratch, Windows, taps
 *        MAX_POOL_PICK  out, values, in, scratch, Windows, taps
 *        SUM_POOL       out, in, scratch, Windows, taps
 *        SUM_POOL_GRAD  inputs' gradient, cotangent, scratch, Windows, taps
 * A tap is where a place of the window lies, from the window's beginning on. Scratch: offsets of
 * windows, the band, for MAX_POOL_GRAD and MAX_POOL_PICK a second one.
 *
 * The maximum of a window is at its first element that is not less than the maximum; where the
 * maximum is NaN, that is its first element, in the padding or not.
 */
#include "kernels.h"
#include "simd.h"
#include "windows.h"

typedef struct {
  const Windows *windows;
  int32_t n_taps;
  const int32_t *taps;
  int32_t *offsets;
  float *band, *second;
} Pool;

static Pool take_pool(Arguments *arguments, float *scratch) {
  Pool p = {.windows = take_windows(arguments)};
  p.n_taps = take(arguments);
  p.taps = arguments->words;
  p.offsets = (int32_t *)scratch;
  p.band = scratch + p.windows->units * windows_of_unit(p.windows);
  p.second = p.band + p.windows->band_words;
  return p;
}

/* Where the windows of a block are read: in the samples, or in a band filled from them. */
static const float *read_from(const Pool *p, const Block *block, const float *samples,
                              float padding, float *band) {
  if (!p->windows->band_words) return samples;
  read_band(p->windows, block, samples, padding, band);
  return band;
}

INLINE f4 largest(const int lanes, const float *in, const Pool *p) {
  f4 best = load_lanes(lanes, in + p->taps[0]);
  for (int32_t t = 1; t < p->n_taps; t++) best = maximum(best, load_lanes(lanes, in + p->taps[t]));
  return best;
}

INLINE f4 total(const int lanes, const float *in, const Pool *p) {
  f4 sum = load_lanes(lanes, in + p->taps[0]);
  for (int32_t t = 1; t < p->n_taps; t++) sum += load_lanes(lanes, in + p->taps[t]);
  return sum;
}

/* Where the first maximum is at this place: a mask, which `free` loses. */
INLINE i4 take_hit(f4 x, f4 best, i4 *free) {
  i4 hit = *free & ~(x < best);
  *free &= ~hit;
  return hit;
}

/* Adds ct to the gradient of the first maximum. */
INLINE void send(const int lanes, float *out, f4 ct, const float *in, const Pool *p) {
  f4 best = largest(lanes, in, p);
  i4 free = splat_int(-1);
  for (int32_t t = 0; t < p->n_taps; t++) {
    float *to = out + p->taps[t];
    i4 hit = take_hit(load_lanes(lanes, in + p->taps[t]), best, &free);
    store_lanes(lanes, to, load_lanes(lanes, to) + select(hit, ct, splat(0)));
  }
}

/* The value at the first maximum. */
INLINE f4 pick(const int lanes, const float *values, const float *in, const Pool *p) {
  f4 best = largest(lanes, in, p), found = splat(0);
  i4 free = splat_int(-1);
  for (int32_t t = 0; t < p->n_taps; t++) {
    i4 hit = take_hit(load_lanes(lanes, in + p->taps[t]), best, &free);
    found = select(hit, load_lanes(lanes, values + p->taps[t]), found);
  }
  return found;
}

INLINE void spread(const int lanes, float *out, f4 ct, const Pool *p) {
  for (int32_t t = 0; t < p->n_taps; t++) {
    float *to = out + p->taps[t];
    store_lanes(lanes, to, load_lanes(lanes, to) + ct);
  }
}

void max_pool(Arguments arguments) {
  float *out = take_address(&arguments);
  const float *in = take_address(&arguments);
  Pool p = take_pool(&arguments, take_address(&arguments));
  int32_t channels = p.windows->channels;
  Block block = {0};
  while (next_block(p.windows, &block)) {
    locate_windows(p.windows, &block, p.offsets);
    const float *from = read_from(&p, &block, in, -__builtin_inff(), p.band);
    for (int32_t i = 0; i < block.windows; i++, out += channels) {
      const float *window = from + p.offsets[i];
      EVERY_CHANNEL(channels, store_lanes(lanes, out + c, largest(lanes, window + c, &p)))
    }
  }
}

void sum_pool(Arguments arguments) {
  float *out = take_address(&arguments);
  const float *in = take_address(&arguments);
  Pool p = take_pool(&arguments, take_address(&arguments));
  int32_t channels = p.windows->channels;
  Block block = {0};
  while (next_block(p.windows, &block)) {
    locate_windows(p.windows, &block, p.offsets);
    const float *from = read_from(&p, &block, in, 0, p.band);
    for (int32_t i = 0; i < block.windows; i++, out += channels) {
      const float *window = from + p.offsets[i];
      EVERY_CHANNEL(channels, store_lanes(lanes, out + c, total(lanes, window + c, &p)))
    }
  }
}

void max_pool_pick(Arguments arguments) {
  float *out = take_address(&arguments);
  const float *values = take_address(&arguments);
  const float *in = take_address(&arguments);
  Pool p = take_pool(&arguments, take_address(&arguments));
  int32_t channels = p.windows->channels;
  Block block = {0};
  while (next_block(p.windows, &block)) {
    locate_windows(p.windows, &block, p.offsets);
    const float *from = read_from(&p, &block, in, -__builtin_inff(), p.band);
    const float *picked = read_from(&p, &block, values, 0, p.second);
    for (int32_t i = 0; i < block.windows; i++, out += channels) {
      const float *window = from + p.offsets[i], *value = picked + p.offsets[i];
      EVERY_CHANNEL(channels, store_lanes(lanes, out + c, pick(lanes, value + c, window + c, &p)))
    }
  }
}

void max_pool_grad(Arguments arguments) {
  float *out = take_address(&arguments);
  const float *ct = take_address(&arguments);
  const float *in = take_address(&arguments);
  Pool p = take_pool(&arguments, take_address(&arguments));
  const Windows *w = p.windows;
  clear_words(out, w->batch * sample_words(w));
  Block block = {0};
  while (next_block(w, &block)) {
    locate_windows(w, &block, p.offsets);
    const float *from = read_from(&p, &block, in, -__builtin_inff(), p.band);
    float *to = w->band_words ? p.second : out;
    clear_words(p.second, w->band_words);
    for (int32_t i = 0; i < block.windows; i++, ct += w->channels) {
      const float *window = from + p.offsets[i];
      float *gradient = to + p.offsets[i];
      EVERY_CHANNEL(w->channels,
                    send(lanes, gradient + c, load_lanes(lanes, ct + c), window + c, &p))
    }
    if (w->band_words) add_band(w, &block, p.second, out);
  }
}

void sum_pool_grad(Arguments arguments) {
  float *out = take_address(&arguments);
  const float *ct = take_address(&arguments);
  Pool p = take_pool(&arguments, take_address(&arguments));
  const Windows *w = p.windows;
  clear_words(out, w->batch * sample_words(w));
  Block block = {0};
  while (next_block(w, &block)) {
    locate_windows(w, &block, p.offsets);
    float *to = w->band_words ? p.band : out;
    clear_words(p.band, w->band_words);
    for (int32_t i = 0; i < block.windows; i++, ct += w->channels) {
      float *gradient = to + p.offsets[i];
      EVERY_CHANNEL(w->channels, spread(lanes, gradient + c, load_lanes(lanes, ct + c), &p))
    }
    if (w->band_words) add_band(w, &block, p.band, out);
  }
}
