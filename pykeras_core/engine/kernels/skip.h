/* Columns of a strip of rows that hold nothing but zeros, which a product leaves out.
 *
 * Images have margins, words are rare: of six digits of MNIST side by side, 56 % of the pixels
 * are zero in all. Zero times a number is zero, so nothing changes, unless the number is infinite
 * or NaN; whoever leaves columns out has looked at what they would meet.
 */
#ifndef PYKERAS_SKIP_H
#define PYKERAS_SKIP_H

#include "tile.h"

/* Whether about half of a, which lies in one piece, is zero: judged by a sample. */
int is_sparse(Matrix a, int32_t rows, int32_t columns, int32_t depth);

/* Packs the columns of a strip that hold anything else: out[k * rows + i], and in places[k] how
 * many bytes into a panel the row of b lies that column k meets. Returns how many there are; -1
 * if nearly all. `out` has room for one column more, in whole vectors. */
int32_t keep_columns(Matrix a, int32_t rows, int32_t depth, float *out, int32_t *places);

#endif
