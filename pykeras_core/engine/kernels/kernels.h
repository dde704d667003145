/* What the kernels share: how an instruction's words are read, and the kernels themselves.
 *
 * An instruction is `[code, length, argument...]`, all int32. An operand is an index into a table
 * of addresses, which Python fills anew for each run. Kernels trust their arguments, which Python
 * has checked; data never decides where they read or write, except as an index that they clip.
 */
#ifndef PYKERAS_KERNELS_H
#define PYKERAS_KERNELS_H

#include <stddef.h>
#include <stdint.h>

enum {
#define NAME(name) name,
#include "names.def"
#undef NAME
};

/* The arguments of an instruction, and the addresses they refer to. */
typedef struct {
  const int32_t *words;
  void *const *addresses;
} Arguments;

static inline int32_t take(Arguments *a) { return *a->words++; }
static inline void *take_address(Arguments *a) { return a->addresses[*a->words++]; }

void loop(Arguments arguments);
void matmul(Arguments arguments);
void matmul_int32(Arguments arguments);
void reduce(Arguments arguments);
void arg_reduce(Arguments arguments);
void cumsum(Arguments arguments);
void argsort(Arguments arguments);
void softmax(Arguments arguments);
void copy(Arguments arguments);
void fill(Arguments arguments);
void flush(Arguments arguments);
void take_rows(Arguments arguments);
void take_along_axis(Arguments arguments);
void scatter_add(Arguments arguments);
void scatter_add_along_axis(Arguments arguments);
void dynamic_slice(Arguments arguments);
void conv(Arguments arguments);
void conv_input_grad(Arguments arguments);
void conv_kernel_grad(Arguments arguments);
void depthwise_conv(Arguments arguments);
void depthwise_conv_input_grad(Arguments arguments);
void depthwise_conv_kernel_grad(Arguments arguments);
void max_pool(Arguments arguments);
void max_pool_grad(Arguments arguments);
void max_pool_pick(Arguments arguments);
void sum_pool(Arguments arguments);
void sum_pool_grad(Arguments arguments);

/* Words 2i and 2i + 1 of `random_bits` for i from `first`; `count` words. */
void random_bits(const uint32_t *key, uint32_t first, int32_t count, uint32_t *out);

#endif
