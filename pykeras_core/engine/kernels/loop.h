/* A LOOP read from its words, ready to run over any stretch of its elements. */
#ifndef PYKERAS_LOOP_H
#define PYKERAS_LOOP_H

#include "kernels.h"

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

#endif
