#ifndef ONRAMP_HALF_H
#define ONRAMP_HALF_H

#include <stdint.h>
#include <string.h>

// IEEE 754 binary16 to binary32; exact.
static inline float onramp_half_to_float(uint16_t half) {
  uint32_t sign = (uint32_t)(half & 0x8000) << 16, magnitude = half & 0x7FFF, bits;
  if (magnitude >= 0x7C00) {
    bits = sign | 0x7F800000 | (magnitude & 0x3FF) << 13;
  } else if (magnitude >= 0x400) {
    bits = sign | ((magnitude << 13) + (112u << 23));
  } else {
    float value = (float)magnitude * 0x1p-24f;
    memcpy(&bits, &value, 4);
    bits |= sign;
  }
  float result;
  memcpy(&result, &bits, 4);
  return result;
}

// IEEE 754 binary32 to binary16, ties to even.
static inline uint16_t onramp_float_to_half(float value) {
  uint32_t bits;
  memcpy(&bits, &value, 4);
  uint16_t sign = (uint16_t)(bits >> 16 & 0x8000);
  uint32_t magnitude = bits & 0x7FFFFFFF;
  if (magnitude > 0x7F800000) return sign | 0x7E00 | (uint16_t)(magnitude >> 13 & 0x1FF);
  if (magnitude >= 0x47800000) return sign | 0x7C00;
  if (magnitude < 0x38800000) {
    // Below the least normal: adding 0.5 lets the float unit round at half's last place.
    float shifted;
    memcpy(&shifted, &magnitude, 4);
    shifted += 0.5f;
    memcpy(&magnitude, &shifted, 4);
    return sign | (uint16_t)(magnitude - 0x3F000000);
  }
  uint32_t rounded = magnitude + 0xFFF + (magnitude >> 13 & 1);
  return sign | (uint16_t)((rounded - (112u << 23)) >> 13);
}

#endif
