/* The most multiply-adds this machine gives WebAssembly: twelve independent chains of four lanes,
 * enough to hide an instruction's latency, and no memory. A round is four times 96 operations: the
 * loop around them costs little then. */

typedef float f4 __attribute__((vector_size(16)));

#define CHAINS 12

__attribute__((visibility("default"))) void ceiling(int rounds, float *out) {
  f4 sums[CHAINS];
  f4 factor = {0.999f, 0.999f, 0.999f, 0.999f}, addend = {0.001f, 0.001f, 0.001f, 0.001f};
  for (int i = 0; i < CHAINS; i++) sums[i] = factor * (float)i;
  while (rounds-- > 0)
    for (int again = 0; again < 4; again++)
      for (int i = 0; i < CHAINS; i++)
        sums[i] = __builtin_wasm_relaxed_madd_f32x4(factor, addend, sums[i]);
  f4 total = sums[0];
  for (int i = 1; i < CHAINS; i++) total += sums[i];
  for (int lane = 0; lane < 4; lane++) out[lane] = total[lane];
}
