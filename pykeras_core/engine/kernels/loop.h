/* A LOOP read from its words, ready to run over any stretch of its elements. */
#ifndef PYKERAS_LOOP_H
#define PYKERAS_LOOP_H

#include "kernels.h"
#include "simd.h"

#define MAX_SLOTS 96

typedef struct {
  int32_t kind, element, offset, rank;
  const int32_t *sizes, *strides;
  char *memory;
  float *reg;
  float *block; /* where the block at hand is read or written */
} Slot;

typedef struct {
  int32_t elements, n_slots, n_operations;
  const int32_t *operations;
  void *const *addresses;
  Slot slots[MAX_SLOTS];
} Loop;

void read_loop(Arguments arguments, Loop *loop);

/* Elements from `first`, an even number, to `first + count`. What a SLOT_BAND refers to holds
 * these and no others. */
void run_loop(Loop *loop, int32_t first, int32_t count);

/* From b towards a by the share c. */
INLINE f4 lerp(f4 a, f4 b, f4 c) { return multiply_add(a - b, c, b); }

INLINE f4 descend(f4 a, f4 b, f4 c, f4 d, f4 e) { return a - b * c / (square_root(d) + e); }

/* A step of Adam: moving means of the gradient and of its square, and the weights. Rates are the
 * shares of the new in both means, the size of the step and epsilon. */
INLINE void adam_step(f4 gradient, f4 *mean, f4 *square, f4 *weights, const f4 rates[4]) {
  *mean = lerp(gradient, *mean, rates[0]);
  *square = lerp(gradient * gradient, *square, rates[1]);
  *weights = descend(*weights, *mean, rates[2], *square, rates[3]);
}

typedef struct {
  float *mean, *square, *weights;
  f4 rates[4];
} Adam;

/* Whether all that the loop does is such a step along what a SLOT_BAND holds, in place and with
 * rates that are the same for all elements. */
int as_adam(const Loop *loop, Adam *adam);

#endif
