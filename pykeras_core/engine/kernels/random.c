/* Threefry-2x32 with 20 rounds: the same bits as the NumPy definition of `random_bits`. */
#include "kernels.h"
#include "simd.h"

INLINE u4 rotate(u4 x, int by) { return (x << by) | (x >> (32 - by)); }
INLINE u4 splat_unsigned(uint32_t x) { return (u4){x, x, x, x}; }

#define FOUR_ROUNDS(r0, r1, r2, r3)                  \
  x0 += x1, x1 = rotate(x1, r0) ^ x0;                \
  x0 += x1, x1 = rotate(x1, r1) ^ x0;                \
  x0 += x1, x1 = rotate(x1, r2) ^ x0;                \
  x0 += x1, x1 = rotate(x1, r3) ^ x0;

#define ADD_KEY(a, b, group) x0 += a, x1 += b + splat_unsigned(group)

void random_bits(const uint32_t *key, uint32_t first, int32_t count, uint32_t *out) {
  u4 k0 = splat_unsigned(key[0]), k1 = splat_unsigned(key[1]);
  u4 k2 = k0 ^ k1 ^ splat_unsigned(0x1BD11BDA);
  u4 counter = splat_unsigned(first) + (u4){0, 1, 2, 3};
  for (int32_t done = 0; done < count; done += 2 * LANES, counter += LANES) {
    u4 x0 = counter + k0, x1 = k1;
    FOUR_ROUNDS(13, 15, 26, 6)
    ADD_KEY(k1, k2, 1);
    FOUR_ROUNDS(17, 29, 16, 24)
    ADD_KEY(k2, k0, 2);
    FOUR_ROUNDS(13, 15, 26, 6)
    ADD_KEY(k0, k1, 3);
    FOUR_ROUNDS(17, 29, 16, 24)
    ADD_KEY(k1, k2, 4);
    FOUR_ROUNDS(13, 15, 26, 6)
    ADD_KEY(k2, k0, 5);
    for (int lane = 0; lane < LANES; lane++) {
      int32_t at = done + 2 * lane;
      if (at < count) out[at] = x0[lane];
      if (at + 1 < count) out[at + 1] = x1[lane];
    }
  }
}
