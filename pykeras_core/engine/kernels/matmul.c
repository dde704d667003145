/* MATMUL: products of float32 matrices in all transpositions, one by one for stacks of them.
 *
 * Words: out, a, b, scratch (SCRATCH_WORDS), count, M, N, K,
 *        a: row stride, column stride, matrix stride; b: the same
 * One of the two strides of a matrix is 1. `out` is (count, M, N), contiguous.
 *
 * The inner kernel keeps a tile of `out`, 6x8 at most, in registers while it goes down K. It
 * reads `b` from panels of 8 columns packed in order, and `a` where it is if its rows or a short
 * stretch of its columns lie in order, else packed too.
 */
#include "kernels.h"
#include "tile.h"

#define K_BLOCK 256
#define M_BLOCK 384
#define B_RESIDENT 6144 /* words of packed b that may stay in the first-level cache: 24 KB */
#define UNPACKED_K 128  /* up to this depth columns of `a` are read where they are */

/* to (+)= a[rows][depth] b[depth][width] */
INLINE void tile(const int rows, const int vectors, Matrix a, const float *b, int32_t depth,
                 const Target *to) {
  f4 sums[TILE_ROWS][2];
  clear_sums(rows, sums);
  if (a.column == 1) {
    const float *at[TILE_ROWS];
    UNROLLED for (int i = 0; i < rows; i++) at[i] = a.data + i * a.row;
    add_rows(rows, vectors, at, b, depth, sums);
  } else {
    add_columns(rows, vectors, a.data, a.column, b, depth, sums);
  }
  put_sums(rows, vectors, to, sums);
}

TILES(run_tile, tile, (Matrix a, const float *b, int32_t depth, const Target *to), a, b, depth, to)

void pack_panel(Matrix b, int32_t depth, int32_t width, float *out) {
  int32_t k = 0;
  if (width == PANEL && b.column == 1) {
    for (const float *row = b.data; k < depth; k++, row += b.row, out += PANEL) {
      store(out, load(row));
      store(out + LANES, load(row + LANES));
    }
    return;
  }
  for (; width == PANEL && b.row == 1 && k + LANES <= depth; k += LANES, out += LANES * PANEL) {
    for (int half = 0; half < PANEL; half += LANES) {
      const float *in = b.data + k + half * b.column;
      f4 r0 = load(in), r1 = load(in + b.column);
      f4 r2 = load(in + 2 * b.column), r3 = load(in + 3 * b.column);
      f4 low01 = __builtin_shufflevector(r0, r1, 0, 4, 1, 5);
      f4 low23 = __builtin_shufflevector(r2, r3, 0, 4, 1, 5);
      f4 high01 = __builtin_shufflevector(r0, r1, 2, 6, 3, 7);
      f4 high23 = __builtin_shufflevector(r2, r3, 2, 6, 3, 7);
      store(out + half, __builtin_shufflevector(low01, low23, 0, 1, 4, 5));
      store(out + half + PANEL, __builtin_shufflevector(low01, low23, 2, 3, 6, 7));
      store(out + half + 2 * PANEL, __builtin_shufflevector(high01, high23, 0, 1, 4, 5));
      store(out + half + 3 * PANEL, __builtin_shufflevector(high01, high23, 2, 3, 6, 7));
    }
  }
  for (; k < depth; k++, out += PANEL)
    for (int32_t j = 0; j < PANEL; j++)
      out[j] = j < width ? b.data[k * b.row + j * b.column] : 0;
}

/* Rows of a in the order in which tiles read them: each tile's rows side by side. */
static void pack_rows(Matrix a, int32_t rows, int32_t depth, float *out) {
  for (int32_t i = 0; i < rows;) {
    int32_t n = next_rows(rows - i);
    for (int32_t k = 0; k < depth; k++, out += n)
      for (int32_t r = 0; r < n; r++) out[r] = a.data[(i + r) * a.row + k * a.column];
    i += n;
  }
}

/* All tiles of one panel. */
static void run_panel(Matrix a, const float *packed, const float *b, int32_t rows, int32_t depth,
                      Target to) {
  for (int32_t i = 0, n; i < rows; i += n, to.out += n * to.row) {
    n = next_rows(rows - i);
    Matrix from = packed ? (Matrix){packed + (ptrdiff_t)i * depth, 1, n} : part(a, i, 0);
    run_tile(n, from, b, depth, &to);
  }
}

/* A block that is deep or wide: b's panels one after the other, each for all rows. */
static void run_by_panels(Matrix a, Matrix b, int32_t rows, int32_t columns, int32_t depth,
                          Target to, float *scratch) {
  float *packed = 0;
  if (a.column != 1 && depth > UNPACKED_K) {
    packed = scratch + B_RESIDENT;
    pack_rows(a, rows, depth, packed);
  }
  for (int32_t j = 0; j < columns; j += PANEL, to.out += PANEL) {
    to.width = panel_width(columns - j);
    pack_panel(part(b, 0, j), depth, to.width, scratch);
    run_panel(a, packed, scratch, rows, depth, to);
  }
}

/* A block whose b fits into the first-level cache: a's rows are read once. */
static void run_by_rows(Matrix a, Matrix b, int32_t rows, int32_t columns, int32_t depth,
                        Target to, float *scratch) {
  for (int32_t j = 0; j < columns; j += PANEL)
    pack_panel(part(b, 0, j), depth, panel_width(columns - j), scratch + (ptrdiff_t)j * depth);
  float *out = to.out;
  for (int32_t i = 0, n; i < rows; i += n, out += n * to.row) {
    n = next_rows(rows - i);
    for (int32_t j = 0; j < columns; j += PANEL) {
      to.out = out + j, to.width = panel_width(columns - j);
      run_tile(n, part(a, i, 0), scratch + (ptrdiff_t)j * depth, depth, &to);
    }
  }
}

static void multiply(Matrix a, Matrix b, float *out, float *scratch, int32_t rows, int32_t columns,
                     int32_t depth) {
  int32_t blocks = (depth + K_BLOCK - 1) / K_BLOCK;
  int32_t k_block = blocks ? (depth + blocks - 1) / blocks : 1;
  int32_t padded = (columns + PANEL - 1) / PANEL * PANEL;
  for (int32_t k = 0; k < depth || k == 0; k += k_block) {
    int32_t deep = depth - k < k_block ? depth - k : k_block;
    int by_rows = (ptrdiff_t)padded * deep <= B_RESIDENT && (a.column == 1 || deep <= UNPACKED_K);
    for (int32_t i = 0; i < rows; i += M_BLOCK) {
      int32_t high = rows - i < M_BLOCK ? rows - i : M_BLOCK;
      Target to = {.out = out + (ptrdiff_t)i * columns, .row = columns, .accumulate = k > 0};
      if (by_rows)
        run_by_rows(part(a, i, k), part(b, k, 0), high, columns, deep, to, scratch);
      else
        run_by_panels(part(a, i, k), part(b, k, 0), high, columns, deep, to, scratch);
    }
  }
}

typedef struct {
  void *out;
  Matrix a, b;
  float *scratch;
  int32_t count, rows, columns, depth;
  ptrdiff_t a_next, b_next;
} Product;

static Product read_product(Arguments *arguments) {
  Product p;
  p.out = take_address(arguments);
  p.a.data = take_address(arguments);
  p.b.data = take_address(arguments);
  p.scratch = take_address(arguments);
  p.count = take(arguments);
  p.rows = take(arguments), p.columns = take(arguments), p.depth = take(arguments);
  p.a.row = take(arguments), p.a.column = take(arguments), p.a_next = take(arguments);
  p.b.row = take(arguments), p.b.column = take(arguments), p.b_next = take(arguments);
  return p;
}

void matmul(Arguments arguments) {
  Product p = read_product(&arguments);
  float *out = p.out;
  for (; p.count > 0; p.count--) {
    multiply(p.a, p.b, out, p.scratch, p.rows, p.columns, p.depth);
    p.a.data += p.a_next, p.b.data += p.b_next, out += (ptrdiff_t)p.rows * p.columns;
  }
}

/* The same for int32, which wraps around; rare, so plain. */
void matmul_int32(Arguments arguments) {
  Product p = read_product(&arguments);
  uint32_t *out = p.out;
  for (; p.count > 0; p.count--, p.a.data += p.a_next, p.b.data += p.b_next) {
    for (ptrdiff_t i = 0; i < p.rows; i++) {
      for (ptrdiff_t j = 0; j < p.columns; j++, out++) {
        const uint32_t *a = (const uint32_t *)part(p.a, i, 0).data;
        const uint32_t *b = (const uint32_t *)part(p.b, 0, j).data;
        *out = 0;
        for (ptrdiff_t k = 0; k < p.depth; k++) *out += a[k * p.a.column] * b[k * p.b.row];
      }
    }
  }
}
