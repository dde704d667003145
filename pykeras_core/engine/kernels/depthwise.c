/* DEPTHWISE_CONV and its two gradients: convolution in which every channel is a group of its own,
 * as sums of elementwise products, vectorised over channels.
 *
 * Words: DEPTHWISE_CONV              outputs, inputs, kernel, scratch, Windows, n_taps, taps...
 *        DEPTHWISE_CONV_INPUT_GRAD   inputs' gradient, cotangent, kernel, scratch, Windows, taps
 *        DEPTHWISE_CONV_KERNEL_GRAD  kernel's gradient, inputs, cotangent, scratch, Windows, taps
 * A tap is where a place of the window lies, from the window's beginning on. Where a channel has
 * several filters, the band repeats it, so that channels and filters are one to one. Scratch:
 * offsets of windows, the band.
 */
#include "kernels.h"
#include "simd.h"
#include "windows.h"

#define MOST_VECTORS 4 /* of channels whose sums stay in registers */

typedef struct {
  const Windows *windows;
  int32_t channels, n_taps;
  const int32_t *taps;
  int32_t *offsets;
  float *band;
} Depthwise;

static Depthwise take_depthwise(Arguments *arguments, float *scratch) {
  Depthwise d = {.windows = take_windows(arguments)};
  d.channels = d.windows->channels * d.windows->repeat;
  d.n_taps = take(arguments);
  d.taps = arguments->words;
  d.offsets = (int32_t *)scratch;
  d.band = scratch + d.windows->units * windows_of_unit(d.windows);
  return d;
}

/* out (+)= sum over k of a[at[k]] * b[k * step], for `vectors` vectors of `lanes` channels. */
INLINE void dot(const int vectors, const int lanes, float *out, const float *a, const int32_t *at,
                const float *b, ptrdiff_t step, int32_t count, int accumulate) {
  f4 sums[MOST_VECTORS];
  UNROLLED for (int v = 0; v < vectors; v++)
    sums[v] = accumulate ? load_lanes(lanes, out + v * LANES) : splat(0);
  for (int32_t k = 0; k < count; k++, b += step)
    UNROLLED for (int v = 0; v < vectors; v++)
      sums[v] = multiply_add(load_lanes(lanes, a + at[k] + v * LANES),
                             load_lanes(lanes, b + v * LANES), sums[v]);
  UNROLLED for (int v = 0; v < vectors; v++) store_lanes(lanes, out + v * LANES, sums[v]);
}

/* out[c] (+)= sum over k of a[at[k] + c] * b[k][c], for every channel c. */
static void dot_channels(float *out, const float *a, const int32_t *at, const float *b,
                         int32_t channels, int32_t count, int accumulate) {
  int32_t c = 0;
  for (; c + MOST_VECTORS * LANES <= channels; c += MOST_VECTORS * LANES)
    dot(MOST_VECTORS, LANES, out + c, a + c, at, b + c, channels, count, accumulate);
  for (; c + LANES <= channels; c += LANES)
    dot(1, LANES, out + c, a + c, at, b + c, channels, count, accumulate);
  for (; c < channels; c++)
    dot(1, 1, out + c, a + c, at, b + c, channels, count, accumulate);
}

void depthwise_conv(Arguments arguments) {
  float *out = take_address(&arguments);
  const float *inputs = take_address(&arguments);
  const float *kernel = take_address(&arguments);
  Depthwise d = take_depthwise(&arguments, take_address(&arguments));
  const Windows *w = d.windows;
  Block block = {0};
  while (next_block(w, &block)) {
    locate_windows(w, &block, d.offsets);
    if (w->band_words) read_band(w, &block, inputs, 0, d.band);
    const float *from = w->band_words ? d.band : inputs;
    for (int32_t i = 0; i < block.windows; i++, out += d.channels)
      dot_channels(out, from + d.offsets[i], d.taps, kernel, d.channels, d.n_taps, 0);
  }
}

/* out[c] += a[c] * b[c], for every channel c. */
static void add_products(float *out, const float *a, const float *b, int32_t channels) {
  EVERY_CHANNEL(channels, store_lanes(lanes, out + c,
                                      multiply_add(load_lanes(lanes, a + c),
                                                   load_lanes(lanes, b + c),
                                                   load_lanes(lanes, out + c))))
}

void depthwise_conv_input_grad(Arguments arguments) {
  float *out = take_address(&arguments);
  const float *ct = take_address(&arguments);
  const float *kernel = take_address(&arguments);
  Depthwise d = take_depthwise(&arguments, take_address(&arguments));
  const Windows *w = d.windows;
  clear_words(out, sample_words(w) * w->batch);
  Block block = {0};
  while (next_block(w, &block)) {
    locate_windows(w, &block, d.offsets);
    clear_words(d.band, w->band_words);
    float *to = w->band_words ? d.band : out;
    for (int32_t i = 0; i < block.windows; i++, ct += d.channels)
      for (int32_t t = 0; t < d.n_taps; t++)
        add_products(to + d.offsets[i] + d.taps[t], ct, kernel + (ptrdiff_t)t * d.channels,
                     d.channels);
    if (w->band_words) add_band(w, &block, d.band, out);
  }
}

void depthwise_conv_kernel_grad(Arguments arguments) {
  float *out = take_address(&arguments);
  const float *inputs = take_address(&arguments);
  const float *ct = take_address(&arguments);
  Depthwise d = take_depthwise(&arguments, take_address(&arguments));
  const Windows *w = d.windows;
  clear_words(out, (ptrdiff_t)d.n_taps * d.channels);
  Block block = {0};
  while (next_block(w, &block)) {
    locate_windows(w, &block, d.offsets);
    if (w->band_words) read_band(w, &block, inputs, 0, d.band);
    const float *from = w->band_words ? d.band : inputs;
    for (int32_t t = 0; t < d.n_taps; t++)
      dot_channels(out + (ptrdiff_t)t * d.channels, from + d.taps[t], d.offsets, ct, d.channels,
                   block.windows, 1);
    ct += (ptrdiff_t)block.windows * d.channels;
  }
}
