/* MATMUL: products of float32 matrices in all transpositions, one by one for stacks of them.
 *
 * Words: out, a, b, scratch, packed, PACKED, count, M, N, K,
 *        a: row stride, column stride, matrix stride; b: the same
 *        by_rows, rows of a band (0 if there is no loop), whether `out` is one band, LOOP
 * One of the two strides of a matrix is 1. `out` is (count, M, N), contiguous.
 * `backends/wasm/products.py` says which order is taken, and how large the scratch is.
 *
 * The inner kernel keeps a tile of `out`, 6x8 at most, in registers while it goes down K. It
 * reads `b` from panels of 8 columns packed in order, and `a` where it is if its rows or a short
 * stretch of its columns lie in order, else packed too. Columns of zeros in `a` are left out.
 *
 * A LOOP over the elements of `out` runs in bands of rows (an even number, or all), as soon as
 * they are made. If nobody else reads `out`, it has room for one band only. A step of Adam does
 * not even wait for that: it takes tiles from the registers, unless the rows of a tile would
 * drive each other from the nearest cache.
 *
 * `packed` is a copy of weights in panels, as long as they do not change, or change with it: with
 * PACKED_B it is that of b, made if it is not there; with PACKED_WEIGHTS that of what the loop
 * steps along. Before it stand its Head, zeroed when a run begins or a SCAN, and the rest of a
 * cache line.
 */
#include "loop.h"
#include "skip.h"

#define K_BLOCK 256
#define M_BLOCK 384
#define UNPACKED_K 128 /* up to this depth columns of `a` are read where they are */
#define RESIDENT 6144 /* words of packed b that stay in the first-level cache: 24 KB */
#define GROUPS 5 /* times that many are packed at once, which reads longer stretches of rows */
#define STRIPS (M_BLOCK / TILE_ROWS + 2)
#define ALIASED 1024 /* words; what lies that far apart competes for the same lines of a cache */

/* A few rows of a, at most those of a tile. */
typedef struct {
  Matrix all;
  int32_t rows, depth, n_kept;
  const float *kept;     /* the columns of all that are not just zeros; 0 if nearly all are */
  const int32_t *places; /* where in a panel the rows lie that they meet, in bytes */
} Strip;

/* Columns of b in panels, one behind the other. */
typedef struct {
  const float *data;
  int32_t columns, words; /* of one panel */
  int finite;
} Panels;

/* Of a copy of weights in panels; its words are 0 until it is made. */
typedef struct {
  int32_t is_there, finite;
} Head;
#define HEAD_WORDS 16

/* A number less itself is 0, unless it is infinite or NaN. */
#define CHECK(x) check |= (i4)((x) - (x))

enum { IN_ROWS, IN_COLUMNS, KEPT };

/* A strip times a panel. */
INLINE void make_tile(const int rows, const int vectors, const int kind, const Strip *s,
                      const float *panel, f4 sums[TILE_ROWS][2]) {
  clear_sums(rows, sums);
  if (kind == KEPT) {
    add_columns_kept(rows, vectors, s->kept, s->places, panel, s->n_kept, sums);
  } else if (kind == IN_COLUMNS) {
    add_columns(rows, vectors, s->all.data, s->all.column, panel, s->depth, sums);
  } else {
    const float *at[TILE_ROWS];
    UNROLLED for (int i = 0; i < rows; i++) at[i] = s->all.data + i * s->all.row;
    add_rows(rows, vectors, at, panel, s->depth, sums);
  }
}

/* to (+)= a strip times a panel */
INLINE void tile(const int rows, const int vectors, const int kind, const Strip *s,
                 const float *panel, const Target *to) {
  f4 sums[TILE_ROWS][2];
  make_tile(rows, vectors, kind, s, panel, sums);
  put_sums(rows, vectors, to, sums);
}

INLINE void tiles(const int rows, const int kind, const Strip *s, const Panels *b, Target to) {
  const float *panel = b->data;
  int32_t left = b->columns;
  for (; left > LANES; left -= PANEL, panel += b->words, to.out += PANEL) {
    to.width = panel_width(left);
    tile(rows, 2, kind, s, panel, &to);
  }
  to.width = left;
  if (left > 0) tile(rows, 1, kind, s, panel, &to);
}

#define RUN_STRIP(rows)                                                       \
  static void run_strip_##rows(const Strip *s, const Panels *b, Target to) {  \
    if (s->kept && b->finite)                                                 \
      tiles(rows, KEPT, s, b, to);                                            \
    else if (s->all.column == 1)                                              \
      tiles(rows, IN_ROWS, s, b, to);                                         \
    else                                                                      \
      tiles(rows, IN_COLUMNS, s, b, to);                                      \
  }
RUN_STRIP(1)
RUN_STRIP(2)
RUN_STRIP(3)
RUN_STRIP(4)
RUN_STRIP(6)

static void run_strip(const Strip *s, const Panels *b, Target to) {
  if (s->kept && s->n_kept == 0 && b->finite) {
    for (int i = 0; i < s->rows && !to.accumulate; i++)
      __builtin_memset(to.out + i * to.row, 0, (size_t)b->columns * sizeof(float));
    return;
  }
  switch (s->rows) {
    case 1: run_strip_1(s, b, to); break;
    case 2: run_strip_2(s, b, to); break;
    case 3: run_strip_3(s, b, to); break;
    case 4: run_strip_4(s, b, to); break;
    default: run_strip_6(s, b, to);
  }
}

INLINE f4 adam_at(const Adam *to, const int lanes, f4 gradient, ptrdiff_t at) {
  float *mean = to->mean + at, *square = to->square + at, *weights = to->weights + at;
  f4 m = load_lanes(lanes, mean), v = load_lanes(lanes, square), w = load_lanes(lanes, weights);
  adam_step(gradient, &m, &v, &w, to->rates);
  store_lanes(lanes, mean, m);
  store_lanes(lanes, square, v);
  store_lanes(lanes, weights, w);
  return w;
}

/* Where weights go that a step has changed: a copy in panels; 0 if there is none. */
typedef struct {
  float *data;
  ptrdiff_t words; /* of one panel */
  i4 check;        /* 0 while all are finite */
} Copy;

/* A step of Adam along a strip times b, in tiles; the first element is `at` elements on. */
INLINE void adam_tiles(const int rows, const int kind, const Strip *s, const Panels *b,
                       const Adam *adam, ptrdiff_t at, Copy *copy) {
  const Adam to = *adam;
  const float *panel = b->data;
  float *copied = copy->data ? copy->data + at / b->columns * PANEL : 0;
  int32_t row = b->columns, left = row;
  for (; left >= PANEL; left -= PANEL, panel += b->words, at += PANEL) {
    f4 sums[TILE_ROWS][2], weights[TILE_ROWS][2];
    make_tile(rows, 2, kind, s, panel, sums);
    UNROLLED for (int i = 0; i < rows; i++) {
      weights[i][0] = adam_at(&to, LANES, sums[i][0], at + i * row);
      weights[i][1] = adam_at(&to, LANES, sums[i][1], at + i * row + LANES);
    }
    if (!copied) continue;
    i4 check = copy->check;
    UNROLLED for (int i = 0; i < rows; i++) {
      store(copied + i * PANEL, weights[i][0]);
      store(copied + i * PANEL + LANES, weights[i][1]);
      CHECK(weights[i][0]);
      CHECK(weights[i][1]);
    }
    copy->check = check;
    copied += copy->words;
  }
  if (left == 0) return;
  float edge[TILE_ROWS * PANEL];
  Target last = {.out = edge, .row = PANEL, .width = PANEL};
  tile(rows, 2, kind, s, panel, &last);
  ROLLED for (int i = 0; i < rows; i++) {
    ROLLED for (int32_t j = 0; j < left; j++) {
      f4 weight = adam_at(&to, 1, splat(edge[i * PANEL + j]), at + i * row + j);
      if (!copied) continue;
      store_lanes(1, copied + i * PANEL + j, weight);
      i4 check = copy->check;
      CHECK(weight);
      copy->check = check;
    }
  }
}

#define RUN_ADAM(rows)                                                             \
  static void run_adam_##rows(const Strip *s, const Panels *b, const Adam *adam,   \
                              ptrdiff_t at, Copy *copy) {                          \
    if (s->kept && b->finite)                                                      \
      adam_tiles(rows, KEPT, s, b, adam, at, copy);                                \
    else                                                                           \
      adam_tiles(rows, IN_COLUMNS, s, b, adam, at, copy);                          \
  }
RUN_ADAM(1)
RUN_ADAM(2)
RUN_ADAM(3)
RUN_ADAM(4)
RUN_ADAM(6)

static void run_adam(const Strip *s, const Panels *b, const Adam *adam, ptrdiff_t at,
                     Copy *copy) {
  switch (s->rows) {
    case 1: run_adam_1(s, b, adam, at, copy); break;
    case 2: run_adam_2(s, b, adam, at, copy); break;
    case 3: run_adam_3(s, b, adam, at, copy); break;
    case 4: run_adam_4(s, b, adam, at, copy); break;
    default: run_adam_6(s, b, adam, at, copy);
  }
}

int pack_panel(Matrix b, int32_t depth, int32_t width, float *out) {
  i4 check = splat_int(0);
  int32_t k = 0;
  if (width == PANEL && b.column == 1) {
    for (const float *row = b.data; k < depth; k++, row += b.row, out += PANEL) {
      f4 low = load(row), high = load(row + LANES);
      store(out, low);
      store(out + LANES, high);
      CHECK(low);
      CHECK(high);
    }
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
      CHECK(r0);
      CHECK(r1);
      CHECK(r2);
      CHECK(r3);
    }
  }
  for (; k < depth; k++, out += PANEL) {
    for (int32_t j = 0; j < PANEL; j++)
      out[j] = j < width ? b.data[k * b.row + j * b.column] : 0;
    f4 low = load(out), high = load(out + LANES);
    CHECK(low);
    CHECK(high);
  }
  return !any(check);
}

/* All columns of b, in panels. */
static Panels pack_panels(Matrix b, int32_t depth, int32_t columns, float *out) {
  Panels to = {.data = out, .columns = columns, .words = depth * PANEL, .finite = 1};
  int32_t j = 0, whole = b.column == 1 ? columns / PANEL * PANEL : 0;
  i4 check = splat_int(0);
  for (int32_t k = 0; k < depth; k++) {
    const float *row = b.data + k * b.row;
    float *at = out + k * PANEL;
    for (j = 0; j < whole; j += PANEL, at += to.words) {
      f4 low = load(row + j), high = load(row + j + LANES);
      store(at, low);
      store(at + LANES, high);
      CHECK(low);
      CHECK(high);
    }
  }
  to.finite = !any(check);
  for (j = whole; j < columns; j += PANEL)
    to.finite &=
        pack_panel(part(b, 0, j), depth, panel_width(columns - j), out + (ptrdiff_t)j * depth);
  return to;
}

/* Cuts strips from the first `high` rows of a; those that keep columns, or are packed, lie in
 * `room`, their places in `places`. Returns how many there are. */
static int32_t cut(Matrix a, int32_t high, int32_t depth, int skips, float *room, int32_t *places,
                   Strip *strips) {
  int32_t n = 0;
  for (int32_t i = 0; i < high; i += strips[n++].rows) {
    Strip s = {.all = part(a, i, 0), .rows = next_rows(high - i), .depth = depth};
    if (skips) s.n_kept = keep_columns(s.all, s.rows, depth, room, places);
    if (skips && s.n_kept >= 0) {
      s.kept = room, s.places = places;
      room += s.rows * s.n_kept, places += s.n_kept;
    } else if (a.column != 1 && depth > UNPACKED_K) {
      for (int32_t k = 0; k < depth; k++)
        for (int32_t r = 0; r < s.rows; r++)
          room[k * s.rows + r] = s.all.data[r * a.row + k * a.column];
      s.all = (Matrix){room, 1, s.rows};
      room += s.rows * depth;
    }
    strips[n] = s;
  }
  return n;
}

typedef struct {
  Matrix a, b;
  int32_t rows, columns, depth;
  float *out, *scratch;
  int skips; /* whether a is sparse */
  int32_t packing;
  Head *head; /* of the copy in panels, unless it is PACKED_NOTHING */
} Product;

INLINE float *copied_panels(const Product *p) { return (float *)p->head + HEAD_WORDS; }

/* What to do with `out` once it is there: a loop over its elements, in bands of rows. */
typedef struct {
  Loop *loop; /* or 0 */
  int32_t rows;
  int in_one_place; /* whether each band takes the place of the one before */
  int32_t first;    /* row of the band that is being made */
} Bands;

/* Where the rows after the first `done` ones go; runs the loop if a band is full. */
static float *next_place(const Product *p, Bands *bands, int32_t done) {
  int32_t high = done - bands->first;
  if (bands->loop && (high >= bands->rows || done == p->rows)) {
    run_loop(bands->loop, bands->first * p->columns, high * p->columns);
    bands->first = done, high = 0;
  }
  return p->out + (ptrdiff_t)(bands->in_one_place ? high : done) * p->columns;
}

/* The copy of b. */
static Panels copied(const Product *p) {
  if (!p->head->is_there) {
    p->head->finite = pack_panels(p->b, p->depth, p->columns, copied_panels(p)).finite;
    p->head->is_there = 1;
  }
  return (Panels){.data = copied_panels(p), .columns = p->columns, .words = p->depth * PANEL,
                  .finite = p->head->finite};
}

/* Where b is small: it is packed as a whole, and a's rows are read once. */
static void run_by_rows(Product p, Bands bands) {
  Panels panels =
      p.packing == PACKED_B ? copied(&p) : pack_panels(p.b, p.depth, p.columns, p.scratch);
  float *room = p.scratch + (p.columns + PANEL - 1) / PANEL * panels.words;
  int32_t *places = (int32_t *)(room + TILE_ROWS * (p.depth + 1) + LANES);
  Target to = {.out = p.out, .row = p.columns};
  Adam adam;
  Copy copy = {.words = (ptrdiff_t)p.rows * PANEL};
  if (p.packing == PACKED_WEIGHTS) copy.data = copied_panels(&p);
  int takes_tiles = bands.loop && bands.in_one_place && p.a.column != 1 &&
                    p.columns % ALIASED != 0 && as_adam(bands.loop, &adam);
  for (int32_t i = 0, high; i < p.rows; i += high) {
    Strip s;
    high = next_rows(p.rows - i);
    cut(part(p.a, i, 0), high, p.depth, p.skips && panels.finite, room, places, &s);
    if (takes_tiles) {
      run_adam(&s, &panels, &adam, (ptrdiff_t)i * p.columns, &copy);
    } else {
      run_strip(&s, &panels, to);
      to.out = next_place(&p, &bands, i + high);
    }
  }
  if (p.packing != PACKED_WEIGHTS) return;
  if (!takes_tiles) p.head->is_there = 0;
  if (any(copy.check)) p.head->finite = 0;
}

/* `width` columns of those from column j on. */
INLINE Panels some_panels(Panels all, int32_t j, int32_t width) {
  int32_t left = all.columns - j;
  all.data += (ptrdiff_t)j / PANEL * all.words;
  all.columns = left < width ? left : width;
  return all;
}

/* Where b is large: in blocks, and in each some panels after the other for all rows. */
static void run_by_columns(Product p) {
  Strip strips[STRIPS];
  float *room = p.scratch + GROUPS * RESIDENT;
  int32_t *places = (int32_t *)(room + M_BLOCK * K_BLOCK + TILE_ROWS + LANES);
  int32_t blocks = (p.depth + K_BLOCK - 1) / K_BLOCK;
  int32_t k_block = blocks ? (p.depth + blocks - 1) / blocks : 1;
  int32_t wide = RESIDENT / PANEL / k_block * PANEL, wider = GROUPS * wide;
  Panels all = p.packing == PACKED_B ? copied(&p) : (Panels){0};
  for (int32_t k = 0; k < p.depth || k == 0; k += k_block) {
    int32_t deep = p.depth - k < k_block ? p.depth - k : k_block;
    for (int32_t i = 0; i < p.rows; i += M_BLOCK) {
      int32_t high = p.rows - i < M_BLOCK ? p.rows - i : M_BLOCK;
      int32_t n = cut(part(p.a, i, k), high, deep, p.skips, room, places, strips);
      for (int32_t at = 0; at < p.columns; at += wider) {
        int32_t width = p.columns - at < wider ? p.columns - at : wider;
        Panels packed = some_panels(all, at, width);
        if (all.data)
          packed.data += k * PANEL;
        else
          packed = pack_panels(part(p.b, k, at), deep, width, p.scratch);
        for (int32_t j = 0; j < width; j += wide) {
          Panels panels = some_panels(packed, j, wide);
          Target to = {.out = p.out + (ptrdiff_t)i * p.columns + at + j, .row = p.columns,
                       .accumulate = k > 0};
          for (Strip *s = strips; s < strips + n; to.out += s->rows * to.row, s++)
            run_strip(s, &panels, to);
        }
      }
    }
  }
}

static Product read_product(Arguments *arguments, int32_t *count, ptrdiff_t next[2]) {
  Product p = {0};
  p.out = take_address(arguments);
  p.a.data = take_address(arguments);
  p.b.data = take_address(arguments);
  p.scratch = take_address(arguments);
  p.head = take_address(arguments);
  p.packing = take(arguments);
  *count = take(arguments);
  p.rows = take(arguments), p.columns = take(arguments), p.depth = take(arguments);
  p.a.row = take(arguments), p.a.column = take(arguments), next[0] = take(arguments);
  p.b.row = take(arguments), p.b.column = take(arguments), next[1] = take(arguments);
  return p;
}

void matmul(Arguments arguments) {
  int32_t count;
  ptrdiff_t next[2];
  Product p = read_product(&arguments, &count, next);
  int32_t by_rows = take(&arguments);
  Loop loop;
  Bands bands = {0};
  bands.rows = take(&arguments), bands.in_one_place = take(&arguments);
  if (bands.rows) {
    arguments.words += 2; /* the LOOP's code and length */
    read_loop(arguments, &loop);
    bands.loop = &loop;
  }
  for (; count > 0; count--) {
    p.skips = is_sparse(p.a, p.rows, p.columns, p.depth);
    if (by_rows)
      run_by_rows(p, bands);
    else
      run_by_columns(p);
    p.a.data += next[0], p.b.data += next[1], p.out += (ptrdiff_t)p.rows * p.columns;
  }
}

/* The same for int32, which wraps around; rare, so plain. */
void matmul_int32(Arguments arguments) {
  int32_t count;
  ptrdiff_t next[2];
  Product p = read_product(&arguments, &count, next);
  uint32_t *out = (uint32_t *)p.out;
  for (; count > 0; count--, p.a.data += next[0], p.b.data += next[1]) {
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
