#include "onramp_checksum.h"

#include <string.h>

#include "targets.h"

// As many as keep the multipliers of wide vectors busy.
enum { LANES = 64 };

// How far ahead of its use memory is asked for, in bytes.
enum { AHEAD = 2048 };

static const uint64_t FACTOR = 0x9E3779B97F4A7C15u;

ALWAYS_INLINE uint64_t mixed(uint64_t sum, uint64_t word) {
  uint64_t x = (sum ^ word) * FACTOR;
  return x ^ (x >> 32);
}

ALWAYS_INLINE uint64_t checksum(const void *bytes, size_t count) {
  const unsigned char *at = bytes;
  uint64_t sums[LANES];
  for (int lane = 0; lane < LANES; lane++) sums[lane] = FACTOR * (uint64_t)(lane + 1);
  size_t rest = count;
  for (; rest >= sizeof sums; rest -= sizeof sums, at += sizeof sums) {
    // What lies in other pages than the loads before is nothing that the processor asks for by itself.
    for (size_t line = 0; line < sizeof sums; line += 64)
      __builtin_prefetch((const void *)((uintptr_t)at + AHEAD + line), 0, 2);
    for (size_t lane = 0; lane < LANES; lane++) {
      uint64_t word;
      memcpy(&word, at + lane * sizeof word, sizeof word);
      sums[lane] = mixed(sums[lane], word);
    }
  }
  uint64_t tail[LANES] = {0};
  if (rest > 0) memcpy(tail, at, rest);
  uint64_t total = count;
  for (int lane = 0; lane < LANES; lane++) total = mixed(total, mixed(sums[lane], tail[lane]));
  return total;
}

TARGETS(uint64_t, checksum, (const void *bytes, size_t count), (bytes, count))
