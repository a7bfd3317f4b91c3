#include "onramp_peak.h"

#include "targets.h"

// Enough independent sums to hide the latency of a multiply-add, few enough to stay in registers.
enum { SUMS = 12, STEPS = 64 };

// Sums that neither grow nor become denormal: x = x * 0.5 + 1 tends to 2.
#define DEFINE_PEAK(NAME, TARGET, LANES)                                                                             \
  typedef float NAME##_vector __attribute__((vector_size(4 * LANES)));                                               \
  TARGET static float NAME(size_t rounds) {                                                                          \
    NAME##_vector sum[SUMS];                                                                                         \
    UNROLL for (int i = 0; i < SUMS; i++) sum[i] = (NAME##_vector){(float)i};                                        \
    const NAME##_vector half = (NAME##_vector){0} + 0.5f, one = (NAME##_vector){0} + 1.0f;                           \
    for (size_t round = 0; round < rounds; round++) {                                                                \
      for (int step = 0; step < STEPS; step++) {                                                                     \
        UNROLL for (int i = 0; i < SUMS; i++) {                                                                      \
          _Pragma("STDC FP_CONTRACT ON") sum[i] = sum[i] * half + one;                                               \
          __asm__ volatile("" : KEEP(sum[i]));                                                                       \
        }                                                                                                            \
      }                                                                                                              \
    }                                                                                                                \
    float total = 0;                                                                                                 \
    UNROLL for (int i = 0; i < SUMS; i++) total += sum[i][0];                                                        \
    return total;                                                                                                    \
  }

#if defined(__x86_64__)
#define KEEP "+v"
DEFINE_PEAK(peak_avx512, __attribute__((target("avx512f"))), 16)
DEFINE_PEAK(peak_fma, __attribute__((target("avx2,fma"))), 8)
#elif defined(__aarch64__)
#define KEEP "+w"
#else
#define KEEP "+m"
#endif
DEFINE_PEAK(peak_portable, , 4)

typedef struct {
  float (*run)(size_t rounds);
  size_t lanes;
} peak;

static peak choose(void) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) return (peak){peak_avx512, 16};
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return (peak){peak_fma, 8};
#endif
  return (peak){peak_portable, 4};
}

float onramp_peak(size_t rounds) { return choose().run(rounds); }

size_t onramp_peak_operations(void) { return 2 * SUMS * STEPS * choose().lanes; }
