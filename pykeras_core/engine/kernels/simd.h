/* Vectors of four words, for every target the kernels are built for.
 *
 * The code above this file uses the vector extensions of GCC and Clang and what is defined here,
 * so that one source builds for WebAssembly (plain and relaxed SIMD) and for the host. Memory is
 * read through types that need no alignment; -fno-strict-aliasing lets words be read as any type,
 * and -fwrapv lets integers wrap around.
 */
#ifndef PYKERAS_SIMD_H
#define PYKERAS_SIMD_H

#include <stddef.h>
#include <stdint.h>

#ifdef __wasm_simd128__
#include <wasm_simd128.h>
#endif

#define INLINE static inline __attribute__((always_inline))
#define LANES 4
#define UNROLLED _Pragma("GCC unroll 8")

/* Before a loop that seldom runs: keeps its code small. */
#ifdef __clang__
#define ROLLED _Pragma("clang loop vectorize(disable) unroll(disable)")
#else
#define ROLLED
#endif

typedef float f4 __attribute__((vector_size(16)));
typedef int32_t i4 __attribute__((vector_size(16)));
typedef uint32_t u4 __attribute__((vector_size(16)));
typedef double d4 __attribute__((vector_size(32)));
typedef float f4_unaligned __attribute__((vector_size(16), aligned(4)));

INLINE f4 load(const float *p) { return *(const f4_unaligned *)p; }
INLINE void store(float *p, f4 x) { *(f4_unaligned *)p = x; }
/* The same for 4 lanes or for one, a constant. */
INLINE f4 load_lanes(const int lanes, const float *p) {
  return lanes == LANES ? load(p) : (f4){*p, *p, *p, *p};
}
INLINE void store_lanes(const int lanes, float *p, f4 x) {
  if (lanes == LANES)
    store(p, x);
  else
    *p = x[0];
}

/* Does something for every c below `channels`, which may use c and the constant `lanes`: how many
 * channels it is for. */
#define EVERY_CHANNEL(channels, something)         \
  {                                                \
    int32_t c = 0;                                 \
    for (; c + LANES <= (channels); c += LANES) {  \
      const int lanes = LANES;                     \
      something;                                   \
    }                                              \
    for (; c < (channels); c++) {                  \
      const int lanes = 1;                         \
      something;                                   \
    }                                              \
  }

INLINE f4 splat(float x) { return (f4){x, x, x, x}; }
INLINE i4 splat_int(int32_t x) { return (i4){x, x, x, x}; }

/* a where the mask's lanes are all ones, b where they are all zeros. */
INLINE f4 select(i4 mask, f4 a, f4 b) { return (f4)((mask & (i4)a) | (~mask & (i4)b)); }
INLINE i4 select_int(i4 mask, i4 a, i4 b) { return (mask & a) | (~mask & b); }

/* Whether a lane is not zero. */
INLINE int any(i4 mask) {
#ifdef __wasm_simd128__
  return wasm_v128_any_true(mask);
#else
  return (mask[0] | mask[1] | mask[2] | mask[3]) != 0;
#endif
}

/* a * b + c, rounded once or twice. The host is built with -ffp-contract=fast. */
INLINE f4 multiply_add(f4 a, f4 b, f4 c) {
#ifdef __wasm_relaxed_simd__
  return wasm_f32x4_relaxed_madd(a, b, c);
#else
  return a * b + c;
#endif
}

/* Makes the compiler have the value of x here. Left alone, Clang gathers the loads of several
 * steps of a product before their multiplications, and derives each address from the one before;
 * an engine then runs out of registers. */
#ifdef __wasm_simd128__
#define SETTLE(x) __asm__ volatile("" : "+r"(x))
#else
#define SETTLE(x) (void)(x)
#endif

INLINE f4 absolute(f4 x) { return (f4)((i4)x & splat_int(0x7fffffff)); }
INLINE f4 with_sign(f4 x, f4 of) {
  i4 sign = splat_int((int32_t)0x80000000);
  return (f4)(((i4)x & ~sign) | ((i4)of & sign));
}
INLINE i4 is_nan(f4 x) { return x != x; }

/* NumPy's maximum and minimum: NaN if either operand is NaN. */
INLINE f4 maximum(f4 a, f4 b) { return select((a >= b) | is_nan(a), a, b); }
INLINE f4 minimum(f4 a, f4 b) { return select((a <= b) | is_nan(a), a, b); }

INLINE f4 square_root(f4 x) {
#ifdef __wasm_simd128__
  return wasm_f32x4_sqrt(x);
#else
  f4 y;
  for (int i = 0; i < LANES; i++) y[i] = __builtin_sqrtf(x[i]);
  return y;
#endif
}

/* To the nearest integer, ties to even: from 2^23 on every float is one already. */
INLINE f4 round_even(f4 x) {
#ifdef __wasm_simd128__
  return wasm_f32x4_nearest(x);
#else
  i4 sign = (i4)x & splat_int((int32_t)0x80000000);
  f4 magic = (f4)((i4)splat(8388608.0f) | sign);
  f4 rounded = (x + magic) - magic;
  rounded = (f4)((i4)rounded | sign);
  return select(absolute(x) < splat(8388608.0f), rounded, x);
#endif
}

INLINE f4 round_down(f4 x) {
  f4 near = round_even(x);
  return select(near > x, near - splat(1.0f), near);
}

INLINE f4 round_up(f4 x) {
  f4 near = round_even(x);
  f4 up = select(near < x, near + splat(1.0f), near);
  return (f4)((i4)up | ((i4)x & splat_int((int32_t)0x80000000)));
}

INLINE d4 to_doubles(f4 x) { return __builtin_convertvector(x, d4); }
INLINE f4 to_floats(d4 x) { return __builtin_convertvector(x, f4); }
INLINE f4 from_int(i4 x) { return __builtin_convertvector(x, f4); }
INLINE f4 from_unsigned(u4 x) { return __builtin_convertvector(x, f4); }

/* Toward zero; what does not fit goes to the nearest end, NaN to 0. */
INLINE i4 to_int(f4 x) {
#ifdef __wasm_simd128__
  return wasm_i32x4_trunc_sat_f32x4(x);
#else
  i4 y;
  for (int i = 0; i < LANES; i++)
    y[i] = x[i] >= 2147483648.0f    ? INT32_MAX
           : x[i] >= -2147483648.0f ? (int32_t)x[i]
           : x[i] == x[i]           ? INT32_MIN
                                    : 0;
  return y;
#endif
}

INLINE i4 to_unsigned(f4 x) {
#ifdef __wasm_simd128__
  return wasm_u32x4_trunc_sat_f32x4(x);
#else
  i4 y;
  for (int i = 0; i < LANES; i++)
    y[i] = x[i] >= 4294967296.0f ? -1 : x[i] > -1.0f ? (int32_t)(uint32_t)x[i] : 0;
  return y;
#endif
}

#endif
