#ifndef ONRAMP_LSTM_H
#define ONRAMP_LSTM_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// How the weights of a layer are packed; depends on the processor. Recurrent weights stand in panels of
// `recurrent_panel` columns, input weights in panels of `input_panel`; `group` steps' inputs are multiplied at a time.
typedef struct {
  size_t recurrent_panel, input_panel, group;
} onramp_lstm_shape;

onramp_lstm_shape onramp_lstm_best_shape(void);

// Packs a matrix of `rows` rows of `columns` neighbouring elements into panels of so many rows: for each column one after
// another, the elements of the panel's rows. The last panel is filled up with zeros.
void onramp_lstm_pack(float *to, size_t panel, const float *from, size_t rows, size_t columns);

// One direction of an LSTM over one sequence, with gates in the order input, output, forget, cell: sigmoid for the
// first three, tanh for the cell and the output.
typedef struct {
  // All at least 1.
  size_t steps, inputs, hidden;
  // The input of the first step taken; `x_stride` leads from a step's to the next one's.
  const float *x;
  ptrdiff_t x_stride;
  // Packed: 4 · hidden by inputs, and by hidden.
  const float *w, *r;
  // 4 · hidden numbers for the inputs' share, then as many for the recurrent one; NULL for none.
  const float *bias;
  // What they are before, and then after all steps: `hidden` numbers each.
  float *state, *cell;
  // Where the first step's state goes, and how far apart those are; NULL for nowhere.
  float *y;
  ptrdiff_t y_stride;
  // onramp_lstm_scratch_count floats, at a cache line's start.
  float *scratch;
} onramp_lstm_sequence;

size_t onramp_lstm_scratch_count(size_t inputs, size_t hidden);

void onramp_lstm(const onramp_lstm_sequence *sequence);

// The new cells and states of one step of a sequence from the sums of its gates, in the order of above.
void onramp_lstm_cells(const float *gates, float *cell, float *state, size_t hidden);

#ifdef __cplusplus
}
#endif
#endif
