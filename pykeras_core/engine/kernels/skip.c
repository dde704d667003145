/* What stays of a strip of rows without the columns of zeros; see skip.h. */
#include "skip.h"

#define FEWEST_COLUMNS 16 /* of a product that it pays to look for zeros in */
#define SAMPLES 256
#define TRIED 64 /* columns after which nearly dense rows are given up */
#define PANEL_ROW ((int32_t)(PANEL * sizeof(float)))

/* Not 0 where a lane is not zero: the sign does not count. */
INLINE i4 digits(i4 x) { return x & splat_int(0x7fffffff); }

int is_sparse(Matrix a, int32_t rows, int32_t columns, int32_t depth) {
  if (columns < FEWEST_COLUMNS) return 0;
  ptrdiff_t vectors = (ptrdiff_t)rows * depth / LANES, step = vectors / SAMPLES | 1;
  i4 zeros = splat_int(0);
  int32_t seen = 0;
  for (ptrdiff_t i = 0; i < vectors; i += step, seen += LANES)
    zeros -= digits((i4)load(a.data + i * LANES)) == 0;
  return 2 * (zeros[0] + zeros[1] + zeros[2] + zeros[3]) >= seen;
}

/* Whether so few columns would be left out that all are multiplied faster. */
INLINE int is_dense(int32_t kept, int32_t depth) { return kept > depth - depth / 8; }

/* Rows lie in order: four columns at a time. */
INLINE int32_t keep_of_rows(const int rows, Matrix a, int32_t depth, float *out, int32_t *places) {
  const float *at[TILE_ROWS];
  UNROLLED for (int i = 0; i < rows; i++) at[i] = a.data + i * a.row;
  int32_t whole = depth / LANES * LANES, kept = 0;
  for (int32_t k = 0; k < whole; k += LANES) {
    if (k == TRIED && is_dense(kept, TRIED)) return -1;
    f4 x[TILE_ROWS];
    i4 found = splat_int(0);
    UNROLLED for (int i = 0; i < rows; i++) {
      x[i] = load(at[i] + k);
      found |= (i4)x[i];
    }
    found = digits(found);
    if (!any(found)) continue;
    UNROLLED for (int lane = 0; lane < LANES; lane++) {
      UNROLLED for (int i = 0; i < rows; i++) out[i] = x[i][lane];
      places[kept] = (k + lane) * PANEL_ROW;
      int32_t keep = found[lane] != 0;
      kept += keep, out += keep ? rows : 0;
    }
  }
  for (int32_t k = whole; k < depth; k++, out += rows) {
    UNROLLED for (int i = 0; i < rows; i++) out[i] = at[i][k];
    places[kept++] = k * PANEL_ROW;
  }
  return is_dense(kept, depth) ? -1 : kept;
}

/* Columns lie in order. */
INLINE int32_t keep_of_columns(const int rows, Matrix a, int32_t depth, float *out,
                               int32_t *places) {
  int32_t kept = 0;
  const float *column = a.data;
  for (int32_t k = 0; k < depth; k++, column += a.column) {
    int32_t keep = 0;
    if (rows >= LANES) {
      f4 first = load(column), last = load(column + rows - LANES);
      store(out, first);
      store(out + rows - LANES, last);
      keep = any(digits((i4)first | (i4)last));
    } else {
      UNROLLED for (int i = 0; i < rows; i++) {
        out[i] = column[i];
        keep |= column[i] != 0;
      }
    }
    places[kept] = k * PANEL_ROW;
    kept += keep, out += keep ? rows : 0;
  }
  return is_dense(kept, depth) ? -1 : kept;
}

#define KEEP(rows)                                                            \
  return a.column == 1 ? keep_of_rows(rows, a, depth, out, places)            \
                       : keep_of_columns(rows, a, depth, out, places)

int32_t keep_columns(Matrix a, int32_t rows, int32_t depth, float *out, int32_t *places) {
  switch (rows) {
    case 1: KEEP(1);
    case 2: KEEP(2);
    case 3: KEEP(3);
    case 4: KEEP(4);
    default: KEEP(6);
  }
}
