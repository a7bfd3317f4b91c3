#include "onramp_lstm.h"

#include "elementary.h"

// A step's recurrent product reads all recurrent weights once and is bound by the second-level cache, with arithmetic
// units half idle; the inputs' product is bound by arithmetic. So the one is computed in the gaps of the other: while the
// steps of a group run, the inputs of the next group are multiplied, an element's worth of each in turn.
enum { LANES = 16, MAXIMAL_PANEL = 8, MAXIMAL_GROUP = 8, MAXIMAL_TILE = 2 };

// As wide as the widest target's registers; others take several for one.
typedef float vector __attribute__((vector_size(LANES * sizeof(float)), aligned(sizeof(float))));

// n elements of the state `h` times P vectors of recurrent weights each, added to `sums`, and n inputs of G steps times
// V vectors of input weights each, added to `tile`. P, G and V are constants wherever this is used; P or G may be 0.
ALWAYS_INLINE void accumulate(const int P, const int G, const int V, size_t n, const float *restrict h, const float *restrict r,
                              vector *restrict sums, const float *restrict x, const float *restrict w,
                              vector *restrict tile) {
  vector s[MAXIMAL_PANEL], t[MAXIMAL_GROUP][MAXIMAL_TILE];
  UNROLL for (int v = 0; v < P; v++) s[v] = sums[v];
  UNROLL for (int g = 0; g < G; g++) {
    UNROLL for (int v = 0; v < V; v++) t[g][v] = tile[g * V + v];
  }
  for (size_t i = 0; i < n; i++) {
    UNROLL for (int v = 0; v < P; v++) s[v] += h[i] * *(const vector *)(r + v * LANES);
    r += P * LANES;
    if (G) {
      UNROLL for (int v = 0; v < V; v++) {
        vector column = *(const vector *)(w + v * LANES);
        UNROLL for (int g = 0; g < G; g++) t[g][v] += x[g] * column;
      }
      w += V * LANES;
      x += G;
    }
  }
  UNROLL for (int v = 0; v < P; v++) sums[v] = s[v];
  UNROLL for (int g = 0; g < G; g++) {
    UNROLL for (int v = 0; v < V; v++) tile[g * V + v] = t[g][v];
  }
}

// The product of a group's inputs with the input weights, as far as it has come.
typedef struct {
  const float *w, *bias;
  // The group's inputs: for each element one after another, those of all steps.
  float *x;
  // A row of `width` for each step.
  float *gates;
  size_t inputs, width;
  // The first column of the tile at hand, and how many inputs are in it already.
  size_t column, done;
  vector tile[MAXIMAL_GROUP * MAXIMAL_TILE];
} projection;

ALWAYS_INLINE void begin_tile(const int G, const int V, projection *p) {
  for (int i = 0; i < G * V; i++) p->tile[i] = *(const vector *)(p->bias + p->column + i % V * LANES);
}

// Starts with the steps from `first` on.
ALWAYS_INLINE void begin_group(const int G, const int V, projection *p, const onramp_lstm_sequence *q, size_t first,
                               float *gates) {
  for (size_t g = 0; g < (size_t)G; g++) {
    const float *from = q->x + (ptrdiff_t)(first + g) * q->x_stride;
    int is_there = first + g < q->steps;
    for (size_t i = 0; i < p->inputs; i++) p->x[i * G + g] = is_there ? from[i] : 0;
  }
  p->gates = gates;
  p->column = p->done = 0;
  begin_tile(G, V, p);
}

ALWAYS_INLINE int is_finished(const projection *p) { return p->column >= p->width; }

// Takes n more inputs, at most those that the tile lacks, and as many elements of the state along when P is not 0.
ALWAYS_INLINE void advance(const int P, const int G, const int V, projection *p, size_t n, const float *h,
                           const float *r, vector *sums) {
  accumulate(P, G, V, n, h, r, sums, p->x + p->done * G, p->w + p->column * p->inputs + p->done * V * LANES, p->tile);
  p->done += n;
  if (p->done < p->inputs) return;
  for (int i = 0; i < G * V; i++)
    *(vector *)(p->gates + (size_t)(i / V) * p->width + p->column + i % V * LANES) = p->tile[i];
  p->column += V * LANES;
  p->done = 0;
  if (!is_finished(p)) begin_tile(G, V, p);
}

ALWAYS_INLINE void finish_group(const int G, const int V, projection *p) {
  while (!is_finished(p)) advance(0, G, V, p, p->inputs - p->done, NULL, NULL, NULL);
}

ALWAYS_INLINE void lstm_cells(const float *gates, float *cell, float *state, size_t hidden) {
  EACH(j, hidden) {
    float input = sigmoid_one(gates[j]), output = sigmoid_one(gates[hidden + j]);
    float forget = sigmoid_one(gates[2 * hidden + j]), candidate = tanh_one(gates[3 * hidden + j]);
    float c = forget * cell[j] + input * candidate;
    cell[j] = c;
    state[j] = output * tanh_one(c);
  }
}

TARGETS(void, lstm_cells, (const float *gates, float *cell, float *state, size_t hidden), (gates, cell, state, hidden))

ALWAYS_INLINE size_t rounded_up(size_t n, size_t unit) { return (n + unit - 1) / unit * unit; }

ALWAYS_INLINE void run(const int P, const int G, const int V, const onramp_lstm_sequence *q) {
  const size_t hidden = q->hidden, panel = (size_t)P * LANES, width = rounded_up(4 * hidden, panel);
  float *gates[2] = {q->scratch, q->scratch + (size_t)G * width}, *bias = gates[1] + (size_t)G * width;
  memset(bias, 0, width * sizeof(float));
  if (q->bias)
    for (size_t j = 0; j < 4 * hidden; j++) bias[j] = q->bias[j] + q->bias[4 * hidden + j];
  projection p = {.w = q->w, .bias = bias, .x = bias + width, .inputs = q->inputs, .width = width};
  float *restrict state = q->state, *restrict cell = q->cell;
  // The first group's inputs have nothing to hide behind.
  begin_group(G, V, &p, q, 0, gates[0]);
  finish_group(G, V, &p);
  for (size_t first = 0; first < q->steps; first += G) {
    size_t end = first + G < q->steps ? first + G : q->steps;
    if (end < q->steps) begin_group(G, V, &p, q, end, gates[end / G % 2]);
    for (size_t step = first; step < end; step++) {
      float *row = gates[first / G % 2] + (step - first) * width;
      for (size_t j = 0; j < width; j += panel) {
        // Every other step goes through the weights from their end: what the cache cannot hold is least that way.
        size_t at = step % 2 ? width - panel - j : j, i = 0;
        const float *r = q->r + at * hidden;
        vector sums[MAXIMAL_PANEL];
        for (int v = 0; v < P; v++) sums[v] = *(vector *)(row + at + v * LANES);
        while (i < hidden && !is_finished(&p)) {
          size_t lacking = p.inputs - p.done, n = hidden - i < lacking ? hidden - i : lacking;
          advance(P, G, V, &p, n, state + i, r + i * panel, sums);
          i += n;
        }
        accumulate(P, 0, 0, hidden - i, state + i, r + i * panel, sums, NULL, NULL, NULL);
        for (int v = 0; v < P; v++) *(vector *)(row + at + v * LANES) = sums[v];
      }
      lstm_cells(row, cell, state, hidden);
      if (q->y) memcpy(q->y + (ptrdiff_t)step * q->y_stride, state, hidden * sizeof(float));
    }
    finish_group(G, V, &p);
  }
}

void onramp_lstm_pack(float *to, size_t panel, const float *from, size_t rows, size_t columns) {
  for (size_t i = 0; i < rows; i += panel, to += panel * columns) {
    size_t count = rows - i < panel ? rows - i : panel;
    for (size_t j = 0; j < columns; j++) {
      for (size_t r = 0; r < count; r++) to[j * panel + r] = from[(i + r) * columns + j];
      for (size_t r = count; r < panel; r++) to[j * panel + r] = 0;
    }
  }
}

size_t onramp_lstm_scratch_count(size_t inputs, size_t hidden) {
  onramp_lstm_shape shape = onramp_lstm_best_shape();
  size_t width = rounded_up(4 * hidden, shape.recurrent_panel);
  return (2 * shape.group + 1) * width + inputs * shape.group;
}

// As many sums as the processor has registers for.
#if defined(__x86_64__)
AVX512_TARGET static void run_avx512(const onramp_lstm_sequence *q) { run(8, 8, 2, q); }
AVX2_TARGET static void run_avx2(const onramp_lstm_sequence *q) { run(2, 4, 1, q); }
static void run_portable(const onramp_lstm_sequence *q) { run(1, 2, 1, q); }

onramp_lstm_shape onramp_lstm_best_shape(void) {
  switch (best_target()) {
    case ON_AVX512: return (onramp_lstm_shape){8 * LANES, 2 * LANES, 8};
    case ON_AVX2: return (onramp_lstm_shape){2 * LANES, LANES, 4};
    case ON_ANY: return (onramp_lstm_shape){LANES, LANES, 2};
  }
}

void onramp_lstm(const onramp_lstm_sequence *sequence) {
  switch (best_target()) {
    case ON_AVX512: return run_avx512(sequence);
    case ON_AVX2: return run_avx2(sequence);
    case ON_ANY: return run_portable(sequence);
  }
}
#else
onramp_lstm_shape onramp_lstm_best_shape(void) { return (onramp_lstm_shape){2 * LANES, LANES, 4}; }

void onramp_lstm(const onramp_lstm_sequence *sequence) { run(2, 4, 1, sequence); }
#endif
