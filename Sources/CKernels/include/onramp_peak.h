#ifndef ONRAMP_PEAK_H
#define ONRAMP_PEAK_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// Multiplies and adds in registers, nothing else: `rounds` rounds of as many operations as
// onramp_peak_operations says. What it returns only keeps a compiler from leaving the work out.
float onramp_peak(size_t rounds);

// Floating-point operations of one round, a multiply-add counting as two.
size_t onramp_peak_operations(void);

#ifdef __cplusplus
}
#endif
#endif
