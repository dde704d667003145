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
#include "simd.h"

#define PANEL 8
#define TILE_ROWS 6
#define K_BLOCK 256
#define M_BLOCK 384
#define B_RESIDENT 6144 /* words of packed b that may stay in the first-level cache: 24 KB */
#define UNPACKED_K 128  /* up to this depth columns of `a` are read where they are */

typedef struct {
  const float *data;
  ptrdiff_t row, column;
} Matrix;

INLINE Matrix part(Matrix m, ptrdiff_t row, ptrdiff_t column) {
  m.data += row * m.row + column * m.column;
  return m;
}

#define UNROLLED _Pragma("GCC unroll 8")

/* out[rows][width] (+)= a[rows][depth] b[depth][width]; rows, vectors and in_columns (a's rows
 * are neighbours) are constants, so the tile is a set of registers. */
INLINE void tile(const int rows, const int vectors, const int in_columns, Matrix a, const float *b,
                 int32_t depth, float *out, ptrdiff_t out_row, int32_t width, int accumulate) {
  f4 sums[TILE_ROWS][2];
  const float *at[TILE_ROWS];
  UNROLLED for (int i = 0; i < rows; i++) {
    at[i] = a.data + (in_columns ? 0 : i * a.row);
    sums[i][0] = sums[i][1] = splat(0);
  }
#define STEP(k)                                                                            \
  {                                                                                        \
    f4 b0 = load(b + (k) * PANEL), b1 = vectors == 2 ? load(b + (k) * PANEL + LANES) : b0; \
    UNROLLED for (int i = 0; i < rows; i++) {                                              \
      f4 x = splat(in_columns ? at[0][i] : at[i][k]);                                      \
      sums[i][0] = multiply_add(x, b0, sums[i][0]);                                        \
      SETTLE(sums[i][0]);                                                                  \
      if (vectors == 2) sums[i][1] = multiply_add(x, b1, sums[i][1]);                      \
      SETTLE(sums[i][1]);                                                                  \
    }                                                                                      \
    if (in_columns) {                                                                      \
      at[0] += a.column;                                                                   \
      SETTLE(at[0]);                                                                       \
    }                                                                                      \
  }
#define ADVANCE(k)                                                                         \
  b += (k) * PANEL;                                                                        \
  SETTLE(b);                                                                               \
  if (!in_columns) UNROLLED for (int i = 0; i < rows; i++) {                               \
      at[i] += (k);                                                                        \
      SETTLE(at[i]);                                                                       \
    }
  int32_t k = 0;
  for (; k + 4 <= depth; k += 4) {
    STEP(0) STEP(1) STEP(2) STEP(3)
    ADVANCE(4)
  }
  for (; k < depth; k++) {
    STEP(0)
    ADVANCE(1)
  }
#undef ADVANCE
#undef STEP
  if (width == vectors * LANES) {
    UNROLLED for (int i = 0; i < rows; i++, out += out_row) {
      UNROLLED for (int v = 0; v < vectors; v++) {
        f4 sum = accumulate ? load(out + v * LANES) + sums[i][v] : sums[i][v];
        store(out + v * LANES, sum);
      }
    }
    return;
  }
  float edge[TILE_ROWS][PANEL];
  UNROLLED for (int i = 0; i < rows; i++) {
    store(edge[i], sums[i][0]);
    store(edge[i] + LANES, sums[i][1]);
  }
  for (int i = 0; i < rows; i++, out += out_row)
    for (int32_t j = 0; j < width; j++) out[j] = accumulate ? out[j] + edge[i][j] : edge[i][j];
}

typedef struct {
  const float *b;
  int32_t depth, width;
  ptrdiff_t out_row;
  int accumulate;
} Panel;

#define TILE(rows)                                                                               \
  static void tile_##rows(Matrix a, const Panel *p, float *out) {                                \
    int wide = p->width > LANES;                                                                 \
    if (a.column == 1) {                                                                         \
      if (wide)                                                                                  \
        tile(rows, 2, 0, a, p->b, p->depth, out, p->out_row, p->width, p->accumulate);           \
      else                                                                                       \
        tile(rows, 1, 0, a, p->b, p->depth, out, p->out_row, p->width, p->accumulate);           \
    } else {                                                                                     \
      if (wide)                                                                                  \
        tile(rows, 2, 1, a, p->b, p->depth, out, p->out_row, p->width, p->accumulate);           \
      else                                                                                       \
        tile(rows, 1, 1, a, p->b, p->depth, out, p->out_row, p->width, p->accumulate);           \
    }                                                                                            \
  }
TILE(1) TILE(2) TILE(3) TILE(4) TILE(6)

/* How many rows the next tile takes of those that are left: 6, but no thin tile at the end. */
static int32_t next_rows(int32_t left) {
  if (left == 8 || left == 7 || left == 4) return 4;
  if (left >= TILE_ROWS) return TILE_ROWS;
  return left == 5 ? 3 : left;
}

/* One tile; returns how many rows it took. */
static int32_t run_tile(Matrix a, const Panel *panel, float *out, int32_t left) {
  int32_t rows = next_rows(left);
  switch (rows) {
    case 1: tile_1(a, panel, out); break;
    case 2: tile_2(a, panel, out); break;
    case 3: tile_3(a, panel, out); break;
    case 4: tile_4(a, panel, out); break;
    default: tile_6(a, panel, out);
  }
  return rows;
}

/* Columns of b, at most 8, one row after the other; missing columns are zeros. */
static void pack_panel(Matrix b, int32_t depth, int32_t width, float *out) {
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
static void run_panel(Matrix a, const float *packed, int32_t rows, const Panel *panel, float *out) {
  for (int32_t i = 0; i < rows;) {
    int32_t n = next_rows(rows - i);
    Matrix from = packed ? (Matrix){packed + (ptrdiff_t)i * panel->depth, 1, n} : part(a, i, 0);
    i += run_tile(from, panel, out + i * panel->out_row, rows - i);
  }
}

/* A block that is deep or wide: b's panels one after the other, each for all rows. */
static void run_by_panels(Matrix a, Matrix b, int32_t rows, int32_t columns, Panel panel,
                          float *out, float *scratch) {
  float *packed = 0;
  if (a.column != 1 && panel.depth > UNPACKED_K) {
    packed = scratch + B_RESIDENT;
    pack_rows(a, rows, panel.depth, packed);
  }
  panel.b = scratch;
  for (int32_t j = 0; j < columns; j += PANEL) {
    panel.width = columns - j < PANEL ? columns - j : PANEL;
    pack_panel(part(b, 0, j), panel.depth, panel.width, scratch);
    run_panel(a, packed, rows, &panel, out + j);
  }
}

/* A block whose b fits into the first-level cache: a's rows are read once. */
static void run_by_rows(Matrix a, Matrix b, int32_t rows, int32_t columns, Panel panel, float *out,
                        float *scratch) {
  for (int32_t j = 0; j < columns; j += PANEL)
    pack_panel(part(b, 0, j), panel.depth, columns - j < PANEL ? columns - j : PANEL,
               scratch + (ptrdiff_t)j * panel.depth);
  for (int32_t i = 0; i < rows;) {
    int32_t taken = 0;
    for (int32_t j = 0; j < columns; j += PANEL) {
      panel.b = scratch + (ptrdiff_t)j * panel.depth;
      panel.width = columns - j < PANEL ? columns - j : PANEL;
      taken = run_tile(part(a, i, 0), &panel, out + i * panel.out_row + j, rows - i);
    }
    i += taken;
  }
}

static void multiply(Matrix a, Matrix b, float *out, float *scratch, int32_t rows, int32_t columns,
                     int32_t depth) {
  int32_t blocks = (depth + K_BLOCK - 1) / K_BLOCK;
  int32_t k_block = blocks ? (depth + blocks - 1) / blocks : 1;
  int32_t padded = (columns + PANEL - 1) / PANEL * PANEL;
  for (int32_t k = 0; k < depth || k == 0; k += k_block) {
    int32_t deep = depth - k < k_block ? depth - k : k_block;
    Panel panel = {.depth = deep, .out_row = columns, .accumulate = k > 0};
    int by_rows = (ptrdiff_t)padded * deep <= B_RESIDENT && (a.column == 1 || deep <= UNPACKED_K);
    for (int32_t i = 0; i < rows; i += M_BLOCK) {
      int32_t high = rows - i < M_BLOCK ? rows - i : M_BLOCK;
      float *to = out + (ptrdiff_t)i * columns;
      if (by_rows)
        run_by_rows(part(a, i, k), part(b, k, 0), high, columns, panel, to, scratch);
      else
        run_by_panels(part(a, i, k), part(b, k, 0), high, columns, panel, to, scratch);
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
