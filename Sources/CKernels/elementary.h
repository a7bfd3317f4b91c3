#ifndef ELEMENTARY_H
#define ELEMENTARY_H

// What some files of this folder share: elementary functions of one element.

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "targets.h"

// Written for one element, without branches and calls, so that the compiler turns each loop into vector code for the
// target of the function it is inlined into. The polynomials are minimax fits by Remez's algorithm.

// A loop whose iterations read only what they write themselves: the result may be an operand, which the compiler would
// otherwise answer with plain code.
#define EACH(I, N) _Pragma("clang loop vectorize(assume_safety)") for (size_t I = 0; I < N; I++)

ALWAYS_INLINE float from_bits(int32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

ALWAYS_INLINE int32_t to_bits(float x) {
  int32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

// Comparisons are written so that NaN takes the second choice and passes through.
ALWAYS_INLINE float clamp(float x, float low, float high) {
  x = x < low ? low : x;
  return x > high ? high : x;
}

// e^x = 2^n · e^r with |r| at most half of ln 2.
ALWAYS_INLINE float exp_one(float x) {
  x = clamp(x, -104.0f, 89.0f);
  // Adding 1.5 · 2^23 rounds to an integer, which the sum's low bits then hold.
  float shifted = x * 0x1.715476p+0f + 0x1.8p+23f;
  float n = shifted - 0x1.8p+23f;
  int32_t exponent = to_bits(shifted) - to_bits(0x1.8p+23f);
  // ln 2 in two parts, of which the first times n is exact.
  float r = x - n * 0x1.62e4p-1f;
  r = r - n * 0x1.7f7d1cp-20f;
  float p = 0x1.6a1a70p-10f;
  p = p * r + 0x1.123fc6p-7f;
  p = p * r + 0x1.555916p-5f;
  p = p * r + 0x1.55548ap-3f;
  p = p * r + 0x1.fffffcp-2f;
  p = p * (r * r) + r + 1.0f;
  // In two factors, so that neither overflows where the result does not, and denormal results are rounded once.
  int32_t half = exponent >> 1;
  return p * from_bits((127 + half) << 23) * from_bits((127 + exponent - half) << 23);
}

ALWAYS_INLINE float sigmoid_one(float x) {
  float e = exp_one(-fabsf(x));
  return (x >= 0 ? 1.0f : e) / (1.0f + e);
}

ALWAYS_INLINE float tanh_one(float x) {
  float a = fabsf(x);
  float t = x * x;
  float p = -0x1.76b3a8p-8f;
  p = p * t + 0x1.5258c0p-6f;
  p = p * t - 0x1.b844a0p-5f;
  p = p * t + 0x1.11076cp-3f;
  p = p * t - 0x1.555534p-2f;
  float small = p * t * x + x;
  float large = copysignf(1.0f - 2.0f / (exp_one(2.0f * a) + 1.0f), x);
  return a < 0.625f ? small : large;
}

#endif
