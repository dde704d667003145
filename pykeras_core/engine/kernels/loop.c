/* LOOP: a chain of elementwise operations, run over blocks that stay in the first-level cache.
 *
 * Words: scratch, elements, slots, then each slot, then operations, then each operation.
 *   slot       [SLOT_MEMORY_IN | SLOT_MEMORY_OUT | SLOT_BAND, address]
 *              [SLOT_SCALAR, address, element]
 *              [SLOT_STRIDED, address, element, offset, rank, sizes..., strides...]
 *              [SLOT_NARROW_OUT, address, element]
 *   operation  [code, count, result, operand...]: numbers of slots; for RANDOM_BITS the operand
 *              is an address, and ADAM has three results
 * A slot is a block of words: memory itself where whole words lie in order, else a register in
 * the scratch. Operations run on whole vectors, so the last block of a loop goes through
 * registers, whose spare lanes hold whatever they hold.
 */
#include "functions.h"
#include "loop.h"

#define BLOCK 512
#define MAX_RANK 8

INLINE uint32_t read_element(const char *memory, int32_t at, int32_t element) {
  switch (element) {
    case ELEMENT_WORD: return ((const uint32_t *)memory)[at];
    case ELEMENT_BYTE: return ((const uint8_t *)memory)[at];
    default: return memory[at] ? 0xffffffffu : 0;
  }
}

/* A run of one element repeated, of neighbours, or of elements `stride` apart. */
static void read_run(uint32_t *out, const char *memory, int32_t at, int32_t stride, int32_t count,
                     int32_t element) {
  if (stride == 0) {
    uint32_t value = read_element(memory, at, element);
    for (int32_t i = 0; i < count; i++) out[i] = value;
  } else if (element == ELEMENT_WORD) {
    const uint32_t *in = (const uint32_t *)memory + at;
    if (stride == 1)
      for (int32_t i = 0; i < count; i++) out[i] = in[i];
    else
      for (int32_t i = 0; i < count; i++) out[i] = in[(ptrdiff_t)i * stride];
  } else {
    for (int32_t i = 0; i < count; i++)
      out[i] = read_element(memory, at + i * stride, element);
  }
}

/* Elements `first` to `first + count` of a slot's index space, in row-major order. */
static void read_strided(const Slot *slot, int32_t first, int32_t count) {
  int32_t place[MAX_RANK], at = slot->offset, rest = first;
  for (int axis = slot->rank - 1; axis >= 0; axis--) {
    place[axis] = rest % slot->sizes[axis];
    rest /= slot->sizes[axis];
    at += place[axis] * slot->strides[axis];
  }
  int inner = slot->rank - 1;
  for (int32_t done = 0; done < count;) {
    int32_t run = slot->sizes[inner] - place[inner];
    if (run > count - done) run = count - done;
    read_run((uint32_t *)slot->reg + done, slot->memory, at, slot->strides[inner], run,
             slot->element);
    done += run;
    place[inner] += run;
    at += run * slot->strides[inner];
    for (int axis = inner; axis > 0 && place[axis] == slot->sizes[axis]; axis--) {
      at += slot->strides[axis - 1] - place[axis] * slot->strides[axis];
      place[axis] = 0;
      place[axis - 1]++;
    }
  }
}

static void narrow(const Slot *slot, int32_t first, int32_t count) {
  const uint32_t *words = (const uint32_t *)slot->block;
  uint8_t *out = (uint8_t *)slot->memory + first;
  uint32_t mask = slot->element == ELEMENT_BOOL ? 1 : 255;
  for (int32_t i = 0; i < count; i++) out[i] = (uint8_t)(words[i] & mask);
}

static void copy_words(float *restrict out, const float *restrict in, int32_t count) {
  for (int32_t i = 0; i < count; i++) out[i] = in[i];
}

/* Points the slots at the block from `first`, and reads what does not lie there as words. */
static void open_block(Loop *loop, int32_t first, int32_t count, int32_t band) {
  int whole = count % LANES == 0;
  for (Slot *slot = loop->slots; slot < loop->slots + loop->n_slots; slot++) {
    float *memory = (float *)slot->memory + (slot->kind == SLOT_BAND ? first - band : first);
    if (slot->kind == SLOT_STRIDED) read_strided(slot, first, count);
    int is_read = slot->kind == SLOT_MEMORY_IN || slot->kind == SLOT_BAND;
    if (!is_read && slot->kind != SLOT_MEMORY_OUT) continue;
    slot->block = whole ? memory : slot->reg;
    if (!whole && is_read) copy_words(slot->reg, memory, count);
  }
}

static void close_block(Loop *loop, int32_t first, int32_t count) {
  for (Slot *slot = loop->slots; slot < loop->slots + loop->n_slots; slot++) {
    if (slot->kind == SLOT_NARROW_OUT) narrow(slot, first, count);
    if (slot->kind == SLOT_MEMORY_OUT && slot->block == slot->reg)
      copy_words((float *)slot->memory + first, slot->reg, count);
  }
}

INLINE i4 floor_divide(i4 a, i4 b, int is_signed, int remainder) {
  i4 result = a;
  for (int lane = 0; lane < LANES; lane++) {
    uint32_t x = (uint32_t)a[lane], y = (uint32_t)b[lane], quotient = 0, rest = 0;
    if (y != 0 && !is_signed) {
      quotient = x / y, rest = x % y;
    } else if (b[lane] == -1) {
      quotient = -x;
    } else if (y != 0) {
      int32_t q = a[lane] / b[lane], r = a[lane] % b[lane];
      int down = r != 0 && (r < 0) != (b[lane] < 0);
      quotient = (uint32_t)(q - down), rest = (uint32_t)(down ? r + b[lane] : r);
    }
    result[lane] = (int32_t)(remainder ? rest : quotient);
  }
  return result;
}

/* x^y by squaring, modulo 2^32. */
INLINE u4 power_int(u4 x, u4 y) {
  u4 result = (u4)splat_int(1);
  for (; any((i4)y); y >>= 1, x *= x) result *= (u4)select_int((y & 1) != 0, (i4)x, splat_int(1));
  return result;
}

/* The sign of a number, NaN for NaN. */
INLINE f4 sign_of(f4 x) {
  i4 one = (i4)splat(1.0f);
  f4 positive = (f4)((x > splat(0.0f)) & one), negative = (f4)((x < splat(0.0f)) & one);
  return select(is_nan(x), x, positive - negative);
}

INLINE void descend_block(const int under_root, float *out, const float *a, const float *b,
                          const float *c, const float *d, const float *e, int32_t count) {
  for (int32_t i = 0; i < count; i += LANES) {
    f4 x = load(a + i), y = load(b + i), z = load(c + i), v = load(d + i), w = load(e + i);
    store(out + i, under_root ? x - y * z / square_root(v + w) : descend(x, y, z, v, w));
  }
}

/* One operation on `count` words, a multiple of LANES. */
#define FOR_EACH(expression)                                   \
  for (int32_t i = 0; i < count; i += LANES) {                 \
    f4 x = load(a + i), y = load(b + i), z = load(c + i);      \
    (void)x, (void)y, (void)z;                                 \
    store(out + i, (f4)(expression));                          \
  }                                                            \
  break
#define X ((i4)x)
#define Y ((i4)y)
#define UX ((u4)x)
#define UY ((u4)y)

static void operate(int32_t code, float *out, const float *a, const float *b, const float *c,
                    int32_t count) {
  const f4 zero = splat(0.0f), one = splat(1.0f);
  const i4 bits = splat_int(31);
  switch (code) {
    case OPERATION_COPY: FOR_EACH(x);
    case OPERATION_SELECT: FOR_EACH(select(X, y, z));
    case OPERATION_ADD_F32: FOR_EACH(x + y);
    case OPERATION_SUBTRACT_F32: FOR_EACH(x - y);
    case OPERATION_MULTIPLY_F32: FOR_EACH(x * y);
    case OPERATION_DIVIDE_F32: FOR_EACH(x / y);
    case OPERATION_MAXIMUM_F32: FOR_EACH(maximum(x, y));
    case OPERATION_MINIMUM_F32: FOR_EACH(minimum(x, y));
    case OPERATION_POWER_F32: FOR_EACH(power(x, y));
    case OPERATION_FLOOR_DIVIDE_F32: FOR_EACH(divide_down(x, y, 0));
    case OPERATION_REMAINDER_F32: FOR_EACH(divide_down(x, y, 1));
    case OPERATION_ARCTAN2_F32: FOR_EACH(arc_tangent(x, y));
    case OPERATION_NEGATIVE_F32: FOR_EACH(-x);
    case OPERATION_ABS_F32: FOR_EACH(absolute(x));
    case OPERATION_SIGN_F32: FOR_EACH(sign_of(x));
    case OPERATION_SQRT_F32: FOR_EACH(square_root(x));
    case OPERATION_EXP_F32: FOR_EACH(exponential(x));
    case OPERATION_EXPM1_F32: FOR_EACH(exponential_minus_1(x));
    case OPERATION_LOG_F32: FOR_EACH(logarithm(x));
    case OPERATION_LOG1P_F32: FOR_EACH(logarithm_1_plus(x));
    case OPERATION_SIN_F32: FOR_EACH(sine(x, 0));
    case OPERATION_COS_F32: FOR_EACH(sine(x, 1));
    case OPERATION_TAN_F32: FOR_EACH(tangent(x));
    case OPERATION_TANH_F32: FOR_EACH(hyperbolic_tangent(x));
    case OPERATION_SIGMOID_F32: FOR_EACH(logistic(x));
    case OPERATION_SOFTPLUS_F32: FOR_EACH(soft_plus(x));
    case OPERATION_RELU_F32: FOR_EACH(select(x < zero, zero, x));
    case OPERATION_ERF_F32: FOR_EACH(error_function(x));
    case OPERATION_FLOOR_F32: FOR_EACH(round_down(x));
    case OPERATION_CEIL_F32: FOR_EACH(round_up(x));
    case OPERATION_ROUND_F32: FOR_EACH(round_even(x));
    case OPERATION_EQUAL_F32: FOR_EACH(x == y);
    case OPERATION_NOT_EQUAL_F32: FOR_EACH(x != y);
    case OPERATION_LESS_F32: FOR_EACH(x < y);
    case OPERATION_LESS_EQUAL_F32: FOR_EACH(x <= y);
    case OPERATION_ISFINITE_F32: FOR_EACH(absolute(x) < splat(__builtin_inff()));
    case OPERATION_ADD_I32: FOR_EACH(UX + UY);
    case OPERATION_SUBTRACT_I32: FOR_EACH(UX - UY);
    case OPERATION_MULTIPLY_I32: FOR_EACH(UX * UY);
    case OPERATION_FLOOR_DIVIDE_I32: FOR_EACH(floor_divide(X, Y, 1, 0));
    case OPERATION_FLOOR_DIVIDE_U32: FOR_EACH(floor_divide(X, Y, 0, 0));
    case OPERATION_REMAINDER_I32: FOR_EACH(floor_divide(X, Y, 1, 1));
    case OPERATION_REMAINDER_U32: FOR_EACH(floor_divide(X, Y, 0, 1));
    case OPERATION_POWER_I32: FOR_EACH(power_int(UX, UY));
    case OPERATION_MAXIMUM_I32: FOR_EACH(select_int(X > Y, X, Y));
    case OPERATION_MAXIMUM_U32: FOR_EACH(select_int((i4)(UX > UY), X, Y));
    case OPERATION_MINIMUM_I32: FOR_EACH(select_int(X < Y, X, Y));
    case OPERATION_MINIMUM_U32: FOR_EACH(select_int((i4)(UX < UY), X, Y));
    case OPERATION_NEGATIVE_I32: FOR_EACH(-UX);
    case OPERATION_ABS_I32: FOR_EACH(select_int(X < 0, (i4)(-UX), X));
    case OPERATION_SIGN_I32: FOR_EACH((X < 0) - (X > 0));
    case OPERATION_SIGN_U32: FOR_EACH(-(X != 0));
    case OPERATION_EQUAL_I32: FOR_EACH(X == Y);
    case OPERATION_NOT_EQUAL_I32: FOR_EACH(X != Y);
    case OPERATION_LESS_I32: FOR_EACH(X < Y);
    case OPERATION_LESS_U32: FOR_EACH(UX < UY);
    case OPERATION_LESS_EQUAL_I32: FOR_EACH(X <= Y);
    case OPERATION_LESS_EQUAL_U32: FOR_EACH(UX <= UY);
    case OPERATION_AND_I32: FOR_EACH(X & Y);
    case OPERATION_OR_I32: FOR_EACH(X | Y);
    case OPERATION_XOR_I32: FOR_EACH(X ^ Y);
    case OPERATION_NOT_I32: FOR_EACH(~X);
    case OPERATION_LEFT_SHIFT_I32: FOR_EACH((UX << (UY & (u4)bits)) & (u4)(UY <= (u4)bits));
    case OPERATION_RIGHT_SHIFT_I32:
      FOR_EACH(X >> select_int((i4)(UY <= (u4)bits), Y, bits));
    case OPERATION_RIGHT_SHIFT_U32: FOR_EACH((UX >> (UY & (u4)bits)) & (u4)(UY <= (u4)bits));
    case OPERATION_LOW_BYTE_I32: FOR_EACH(X & 255);
    case OPERATION_F32_FROM_I32: FOR_EACH(from_int(X));
    case OPERATION_F32_FROM_U32: FOR_EACH(from_unsigned(UX));
    case OPERATION_F32_FROM_MASK: FOR_EACH(X & (i4)one);
    case OPERATION_I32_FROM_F32: FOR_EACH(to_int(x));
    case OPERATION_U32_FROM_F32: FOR_EACH(to_unsigned(x));
    case OPERATION_BYTE_FROM_F32: FOR_EACH(to_int(minimum(maximum(x, zero), splat(255.0f))));
    case OPERATION_I32_FROM_MASK: FOR_EACH(X & 1);
    case OPERATION_MASK_FROM_F32: FOR_EACH(x != zero);
    case OPERATION_MASK_FROM_I32: FOR_EACH(X != 0);
    case OPERATION_MULTIPLY_ADD_F32: FOR_EACH(multiply_add(x, y, z));
    case OPERATION_SUBTRACT_PRODUCT_F32: FOR_EACH(multiply_add(-y, z, x));
    case OPERATION_LERP_F32: FOR_EACH(lerp(x, y, z));
    case OPERATION_LERP_SQUARE_F32: FOR_EACH(lerp(x * x, y, z));
  }
}

/* Rates are `uniform` where they are the same for all elements, as those of Adam are. */
INLINE void adam_block(const int uniform, float *const *block, int32_t count) {
  float *to_m = block[0], *to_v = block[1], *to_w = block[2];
  const float *from_g = block[3], *from_m = block[4], *from_v = block[5], *from_w = block[6];
  f4 rates[] = {load(block[7]), load(block[8]), load(block[9]), load(block[10])};
  for (int32_t i = 0; i < count; i += LANES) {
    UNROLLED for (int n = 0; !uniform && n < 4; n++) rates[n] = load(block[7 + n] + i);
    f4 m = load(from_m + i), v = load(from_v + i), w = load(from_w + i);
    adam_step(load(from_g + i), &m, &v, &w, rates);
    store(to_m + i, m);
    store(to_v + i, v);
    store(to_w + i, w);
  }
}

static int is_uniform(const Slot *slots, const int32_t *at) {
  int uniform = 1;
  for (int n = 7; n < 11; n++) uniform &= slots[at[n]].kind == SLOT_SCALAR;
  return uniform;
}

static void adam(const Slot *slots, const int32_t *at, int32_t count) {
  float *block[11];
  for (int n = 0; n < 11; n++) block[n] = slots[at[n]].block;
  if (is_uniform(slots, at))
    adam_block(1, block, count);
  else
    adam_block(0, block, count);
}

static void run_block(const Loop *loop, int32_t first, int32_t count) {
  const Slot *slots = loop->slots;
  int32_t rounded = (count + LANES - 1) / LANES * LANES, left = loop->n_operations;
  for (const int32_t *op = loop->operations; left--; op += 2 + op[1]) {
    const int32_t *at = op + 2, last = op[1] - 1;
    float *out = slots[at[0]].block;
    if (op[0] == OPERATION_RANDOM_BITS) {
      random_bits(loop->addresses[at[1]], (uint32_t)first / 2, rounded, (uint32_t *)out);
      continue;
    }
    const float *a = slots[at[1]].block, *b = slots[at[last < 2 ? last : 2]].block;
    const float *c = slots[at[last < 3 ? last : 3]].block;
    if (op[0] == OPERATION_ADAM_F32) {
      adam(slots, at, rounded);
    } else if (op[0] == OPERATION_DESCEND_F32) {
      descend_block(0, out, a, b, c, slots[at[4]].block, slots[at[5]].block, rounded);
    } else if (op[0] == OPERATION_DESCEND_ROOT_F32) {
      descend_block(1, out, a, b, c, slots[at[4]].block, slots[at[5]].block, rounded);
    } else {
      operate(op[0], out, a, b, c, rounded);
    }
  }
}

static void read_slot(Slot *slot, Arguments *arguments, int32_t elements) {
  slot->kind = take(arguments);
  slot->memory = slot->kind == SLOT_REGISTER ? 0 : take_address(arguments);
  slot->element = ELEMENT_WORD;
  if (slot->kind == SLOT_SCALAR || slot->kind == SLOT_STRIDED || slot->kind == SLOT_NARROW_OUT)
    slot->element = take(arguments);
  if (slot->kind == SLOT_STRIDED) {
    slot->offset = take(arguments);
    slot->rank = take(arguments);
    slot->sizes = arguments->words;
    slot->strides = slot->sizes + slot->rank;
    arguments->words += 2 * slot->rank;
  }
  slot->block = slot->reg;
  if (slot->kind == SLOT_SCALAR)
    read_run((uint32_t *)slot->reg, slot->memory, 0, 0, elements < BLOCK ? elements : BLOCK,
             slot->element);
}

void read_loop(Arguments arguments, Loop *loop) {
  float *scratch = take_address(&arguments);
  loop->elements = take(&arguments), loop->n_slots = take(&arguments);
  loop->addresses = arguments.addresses;
  for (int32_t i = 0; i < loop->n_slots; i++) {
    loop->slots[i].reg = scratch + (ptrdiff_t)i * BLOCK;
    read_slot(&loop->slots[i], &arguments, loop->elements);
  }
  loop->n_operations = take(&arguments);
  loop->operations = arguments.words;
}

/* Whether the loop is a step of Adam from memory to memory, which needs no registers. */
static int is_adam(const Loop *loop) {
  const int32_t *at = loop->operations + 2;
  if (loop->n_operations != 1 || loop->operations[0] != OPERATION_ADAM_F32) return 0;
  int in_memory = 1;
  for (int n = 0; n < 7; n++) {
    int32_t kind = loop->slots[at[n]].kind;
    in_memory &= kind == SLOT_MEMORY_IN || kind == SLOT_MEMORY_OUT || kind == SLOT_BAND;
  }
  return in_memory && is_uniform(loop->slots, at);
}

int as_adam(const Loop *loop, Adam *adam) {
  const int32_t *at = loop->operations + 2;
  if (!is_adam(loop) || loop->slots[at[3]].kind != SLOT_BAND) return 0;
  float *to[3];
  for (int n = 0; n < 3; n++) {
    to[n] = (float *)loop->slots[at[n]].memory;
    const Slot *from = &loop->slots[at[4 + n]];
    if (from->kind == SLOT_BAND || from->memory != (char *)to[n]) return 0;
  }
  *adam = (Adam){.mean = to[0], .square = to[1], .weights = to[2]};
  for (int n = 0; n < 4; n++) adam->rates[n] = load(loop->slots[at[7 + n]].reg);
  return 1;
}

void run_loop(Loop *loop, int32_t first, int32_t count) {
  int one_pass = is_adam(loop);
  for (int32_t at = first, left = count, length; left > 0; at += length, left -= length) {
    length = left < BLOCK ? left : one_pass ? left / LANES * LANES : BLOCK;
    open_block(loop, at, length, first);
    run_block(loop, at, length);
    close_block(loop, at, length);
  }
}

void loop(Arguments arguments) {
  Loop loop;
  read_loop(arguments, &loop);
  run_loop(&loop, 0, loop.elements);
}
