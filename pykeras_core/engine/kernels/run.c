/* The interpreter: runs the instructions of a plan, any number of times in a row.
 *
 * SCAN is a loop inside of a step. Words: times, moves, then for each move
 *   [operand, base, first, step]   before iteration i, `operand` is the address `base`, another
 *                                  operand, plus first + i * step bytes
 * then length and instructions of what to iterate.
 */
#include "kernels.h"

#define EXPORT __attribute__((visibility("default")))

/* Set in an instruction's code when only the last step of a run needs it. */
#define LAST_STEP_ONLY (1 << 16)

static void scan(Arguments arguments);

static void execute(int32_t code, Arguments arguments) {
  switch (code) {
    case INSTRUCTION_LOOP: loop(arguments); break;
    case INSTRUCTION_MATMUL: matmul(arguments); break;
    case INSTRUCTION_MATMUL_INT32: matmul_int32(arguments); break;
    case INSTRUCTION_REDUCE: reduce(arguments); break;
    case INSTRUCTION_ARG_REDUCE: arg_reduce(arguments); break;
    case INSTRUCTION_CUMSUM: cumsum(arguments); break;
    case INSTRUCTION_ARGSORT: argsort(arguments); break;
    case INSTRUCTION_SOFTMAX: softmax(arguments); break;
    case INSTRUCTION_COPY: copy(arguments); break;
    case INSTRUCTION_FILL: fill(arguments); break;
    case INSTRUCTION_FLUSH: flush(arguments); break;
    case INSTRUCTION_TAKE: take_rows(arguments); break;
    case INSTRUCTION_TAKE_ALONG_AXIS: take_along_axis(arguments); break;
    case INSTRUCTION_SCATTER_ADD: scatter_add(arguments); break;
    case INSTRUCTION_SCATTER_ADD_ALONG_AXIS: scatter_add_along_axis(arguments); break;
    case INSTRUCTION_DYNAMIC_SLICE: dynamic_slice(arguments); break;
    case INSTRUCTION_CONV: conv(arguments); break;
    case INSTRUCTION_CONV_INPUT_GRAD: conv_input_grad(arguments); break;
    case INSTRUCTION_CONV_KERNEL_GRAD: conv_kernel_grad(arguments); break;
    case INSTRUCTION_DEPTHWISE_CONV: depthwise_conv(arguments); break;
    case INSTRUCTION_DEPTHWISE_CONV_INPUT_GRAD: depthwise_conv_input_grad(arguments); break;
    case INSTRUCTION_DEPTHWISE_CONV_KERNEL_GRAD: depthwise_conv_kernel_grad(arguments); break;
    case INSTRUCTION_MAX_POOL: max_pool(arguments); break;
    case INSTRUCTION_MAX_POOL_GRAD: max_pool_grad(arguments); break;
    case INSTRUCTION_MAX_POOL_PICK: max_pool_pick(arguments); break;
    case INSTRUCTION_SUM_POOL: sum_pool(arguments); break;
    case INSTRUCTION_SUM_POOL_GRAD: sum_pool_grad(arguments); break;
    case INSTRUCTION_SCAN: scan(arguments); break;
  }
}

static void scan(Arguments arguments) {
  void **addresses = (void **)arguments.addresses; /* the entries that move are this scan's own */
  int32_t times = take(&arguments), n_moves = take(&arguments);
  const int32_t *moves = arguments.words, *end = moves + 4 * (ptrdiff_t)n_moves;
  int32_t length = end[0];
  const int32_t *code = end + 1;
  for (int32_t i = 0; i < times; i++) {
    for (const int32_t *move = moves; move < end; move += 4)
      addresses[move[0]] = (char *)addresses[move[1]] + move[2] + (ptrdiff_t)i * move[3];
    for (int32_t at = 0; at < length; at += code[at + 1])
      execute(code[at], (Arguments){code + at + 2, addresses});
  }
}

/* Runs `length` words of code `steps` times. Instructions marked LAST_STEP_ONLY are skipped but
 * in the last step, and in that one too unless `is_last`. */
EXPORT void run(const int32_t *code, int32_t length, void *const *addresses, int32_t steps,
                int32_t is_last) {
  for (int32_t step = 0; step < steps; step++) {
    int last = is_last && step == steps - 1;
    for (int32_t at = 0; at < length; at += code[at + 1])
      if (last || !(code[at] & LAST_STEP_ONLY))
        execute(code[at] & ~LAST_STEP_ONLY, (Arguments){code + at + 2, addresses});
  }
}
