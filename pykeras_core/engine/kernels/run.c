/* The interpreter: runs the instructions of a plan, any number of times in a row. */
#include "kernels.h"

#define EXPORT __attribute__((visibility("default")))

/* Set in an instruction's code when only the last step of a run needs it. */
#define LAST_STEP_ONLY (1 << 16)

static void execute(int32_t code, Arguments arguments) {
  switch (code) {
    case INSTRUCTION_LOOP: loop(arguments); break;
    case INSTRUCTION_MATMUL: matmul(arguments); break;
    case INSTRUCTION_MATMUL_INT32: matmul_int32(arguments); break;
    case INSTRUCTION_REDUCE: reduce(arguments); break;
    case INSTRUCTION_ARG_REDUCE: arg_reduce(arguments); break;
    case INSTRUCTION_CUMSUM: cumsum(arguments); break;
    case INSTRUCTION_SOFTMAX: softmax(arguments); break;
    case INSTRUCTION_COPY: copy(arguments); break;
    case INSTRUCTION_FILL: fill(arguments); break;
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
