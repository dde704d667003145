/* The tile of a matrix product that stays in registers while it goes down the depth, 6x8 at most,
 * and the packed panels of 8 columns that it reads.
 *
 * Everything is inlined into functions in which `rows` and `vectors` (of a row of the tile) are
 * constants, so that the sums are a set of registers.
 */
#ifndef PYKERAS_TILE_H
#define PYKERAS_TILE_H

#include "simd.h"

#define PANEL 8
#define TILE_ROWS 6

typedef struct {
  const float *data;
  ptrdiff_t row, column;
} Matrix;

INLINE Matrix part(Matrix m, ptrdiff_t row, ptrdiff_t column) {
  m.data += row * m.row + column * m.column;
  return m;
}

INLINE int32_t panel_width(int32_t left) { return left < PANEL ? left : PANEL; }

/* Columns of b, at most 8, one row after the other; missing columns are zeros. Returns whether
 * all of them are finite. */
int pack_panel(Matrix b, int32_t depth, int32_t width, float *out);

/* How many rows the next tile takes of those that are left: 6, but no thin tile at the end. */
INLINE int32_t next_rows(int32_t left) {
  if (left == 8 || left == 7 || left == 4) return 4;
  if (left >= TILE_ROWS) return TILE_ROWS;
  return left == 5 ? 3 : left;
}

INLINE void clear_sums(const int rows, f4 sums[TILE_ROWS][2]) {
  UNROLLED for (int i = 0; i < rows; i++) sums[i][0] = sums[i][1] = splat(0);
}

/* sums[i] += element * b[k], for each row i; `element` may use i. */
#define TILE_STEP(k, element)                                                            \
  {                                                                                      \
    f4 b0 = load(b + (k) * PANEL), b1 = vectors == 2 ? load(b + (k) * PANEL + LANES) : b0; \
    UNROLLED for (int i = 0; i < rows; i++) {                                            \
      f4 x = splat(element);                                                             \
      sums[i][0] = multiply_add(x, b0, sums[i][0]);                                      \
      SETTLE(sums[i][0]);                                                                \
      if (vectors == 2) sums[i][1] = multiply_add(x, b1, sums[i][1]);                    \
      SETTLE(sums[i][1]);                                                                \
    }                                                                                    \
  }

/* Adds the products of `depth` neighbours from at[i] on with the rows of b; returns b's end. */
INLINE const float *add_rows(const int rows, const int vectors, const float *at[TILE_ROWS],
                             const float *b, int32_t depth, f4 sums[TILE_ROWS][2]) {
#define ADVANCE(k)                            \
  b += (k) * PANEL;                           \
  SETTLE(b);                                  \
  UNROLLED for (int i = 0; i < rows; i++) {   \
    at[i] += (k);                             \
    SETTLE(at[i]);                            \
  }
  int32_t k = 0;
  for (; k + 4 <= depth; k += 4) {
    TILE_STEP(0, at[i][0])
    TILE_STEP(1, at[i][1])
    TILE_STEP(2, at[i][2])
    TILE_STEP(3, at[i][3])
    ADVANCE(4)
  }
  for (; k < depth; k++) {
    TILE_STEP(0, at[i][0])
    ADVANCE(1)
  }
#undef ADVANCE
  return b;
}

/* Adds the products of a's columns, each `rows` neighbours, with the rows of b. */
INLINE void add_columns(const int rows, const int vectors, const float *a, ptrdiff_t column,
                        const float *b, int32_t depth, f4 sums[TILE_ROWS][2]) {
#define NEXT_COLUMN \
  a += column;      \
  SETTLE(a);
  int32_t k = 0;
  for (; k + 4 <= depth; k += 4) {
    TILE_STEP(0, a[i])
    NEXT_COLUMN
    TILE_STEP(1, a[i])
    NEXT_COLUMN
    TILE_STEP(2, a[i])
    NEXT_COLUMN
    TILE_STEP(3, a[i])
    NEXT_COLUMN
    b += 4 * PANEL;
    SETTLE(b);
  }
  for (; k < depth; k++) {
    TILE_STEP(0, a[i])
    NEXT_COLUMN
    b += PANEL;
    SETTLE(b);
  }
#undef NEXT_COLUMN
}

/* The same where column k begins at a + offsets[k]. */
INLINE void add_columns_at(const int rows, const int vectors, const float *a,
                           const int32_t *offsets, const float *b, int32_t depth,
                           f4 sums[TILE_ROWS][2]) {
  int32_t k = 0;
  for (; k + 4 <= depth; k += 4) {
    const float *c0 = a + offsets[0], *c1 = a + offsets[1];
    TILE_STEP(0, c0[i])
    TILE_STEP(1, c1[i])
    const float *c2 = a + offsets[2], *c3 = a + offsets[3];
    TILE_STEP(2, c2[i])
    TILE_STEP(3, c3[i])
    b += 4 * PANEL, offsets += 4;
    SETTLE(b);
    SETTLE(offsets);
  }
  for (; k < depth; k++) {
    const float *c = a + *offsets++;
    TILE_STEP(0, c[i])
    b += PANEL;
    SETTLE(b);
  }
}

/* The same where a's columns lie one behind the other, and column k meets the row of the panel
 * that is places[k] bytes down. */
INLINE void add_columns_kept(const int rows, const int vectors, const float *a,
                             const int32_t *places, const float *panel, int32_t depth,
                             f4 sums[TILE_ROWS][2]) {
#define PANEL_AT(k) (const float *)((const char *)panel + places[k])
  int32_t k = 0;
  for (; k + 4 <= depth; k += 4) {
    const float *b = PANEL_AT(0);
    TILE_STEP(0, a[i])
    b = PANEL_AT(1);
    TILE_STEP(0, a[rows + i])
    b = PANEL_AT(2);
    TILE_STEP(0, a[2 * rows + i])
    b = PANEL_AT(3);
    TILE_STEP(0, a[3 * rows + i])
    a += 4 * rows, places += 4;
    SETTLE(a);
    SETTLE(places);
  }
  for (; k < depth; k++, a += rows, places++) {
    const float *b = PANEL_AT(0);
    TILE_STEP(0, a[i])
  }
#undef PANEL_AT
}

/* Where the rows of a tile go: to out + i * row, or to out + offsets[i] unless that is 0. */
typedef struct {
  float *out;
  ptrdiff_t row;
  const int32_t *offsets;
  int32_t width;
  int accumulate;
} Target;

INLINE float *target_row(const Target *to, int i) {
  return to->out + (to->offsets ? to->offsets[i] : i * to->row);
}

/* Writes the sums, or adds them to what is there; row after row, since rows may overlap. */
INLINE void put_sums(const int rows, const int vectors, const Target *to,
                     f4 sums[TILE_ROWS][2]) {
  if (to->width == vectors * LANES) {
    UNROLLED for (int i = 0; i < rows; i++) {
      float *out = target_row(to, i);
      UNROLLED for (int v = 0; v < vectors; v++) {
        f4 sum = to->accumulate ? load(out + v * LANES) + sums[i][v] : sums[i][v];
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
  ROLLED for (int i = 0; i < rows; i++) {
    float *out = target_row(to, i);
    ROLLED for (int32_t j = 0; j < to->width; j++)
      out[j] = to->accumulate ? out[j] + edge[i][j] : edge[i][j];
  }
}

/* Makes NAME(rows, PARAMETERS...), which calls INLINED(rows, vectors, ARGUMENTS...) compiled for
 * those rows, one of the numbers that next_rows gives, and for as many vectors as to->width needs.
 * `const Target *to` is among the parameters. */
#define TILES(name, inlined, parameters, ...)                                                  \
  static void name##_1 parameters { TILE_WIDTHS(1, inlined, __VA_ARGS__) }                     \
  static void name##_2 parameters { TILE_WIDTHS(2, inlined, __VA_ARGS__) }                     \
  static void name##_3 parameters { TILE_WIDTHS(3, inlined, __VA_ARGS__) }                     \
  static void name##_4 parameters { TILE_WIDTHS(4, inlined, __VA_ARGS__) }                     \
  static void name##_6 parameters { TILE_WIDTHS(6, inlined, __VA_ARGS__) }                     \
  INLINE void name(int32_t rows, TILE_UNPACK parameters) {                                     \
    switch (rows) {                                                                            \
      case 1: name##_1(__VA_ARGS__); break;                                                    \
      case 2: name##_2(__VA_ARGS__); break;                                                    \
      case 3: name##_3(__VA_ARGS__); break;                                                    \
      case 4: name##_4(__VA_ARGS__); break;                                                    \
      default: name##_6(__VA_ARGS__);                                                          \
    }                                                                                          \
  }
#define TILE_UNPACK(...) __VA_ARGS__
#define TILE_WIDTHS(rows, inlined, ...)                       \
  if (to->width > LANES)                                      \
    inlined(rows, 2, __VA_ARGS__);                            \
  else                                                        \
    inlined(rows, 1, __VA_ARGS__);

#endif
