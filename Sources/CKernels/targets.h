#ifndef TARGETS_H
#define TARGETS_H

// What the files of this folder share: how a function is made once for each target, and which the processor at hand takes.

#define ALWAYS_INLINE static inline __attribute__((always_inline))
// Without being told, the compiler keeps the loops of larger tiles, and with them the sums in memory.
#define UNROLL _Pragma("clang loop unroll(full)")

#if defined(__x86_64__)
#define AVX512_TARGET __attribute__((target("avx512f,avx512dq,avx512vl,avx512bw,avx2,fma")))
#define AVX2_TARGET __attribute__((target("avx2,fma")))

typedef enum { ON_ANY, ON_AVX2, ON_AVX512 } target;

ALWAYS_INLINE target best_target(void) {
  if (__builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw"))
    return ON_AVX512;
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? ON_AVX2 : ON_ANY;
}

// The function onramp_NAME, which is NAME compiled for the best target.
#define TARGETS(RESULT, NAME, PARAMETERS, ARGUMENTS)                                       \
  AVX512_TARGET static RESULT NAME##_avx512 PARAMETERS { return NAME ARGUMENTS; }          \
  AVX2_TARGET static RESULT NAME##_avx2 PARAMETERS { return NAME ARGUMENTS; }              \
  static RESULT NAME##_portable PARAMETERS { return NAME ARGUMENTS; }                      \
  RESULT onramp_##NAME PARAMETERS {                                                        \
    switch (best_target()) {                                                               \
      case ON_AVX512: return NAME##_avx512 ARGUMENTS;                                      \
      case ON_AVX2: return NAME##_avx2 ARGUMENTS;                                          \
      case ON_ANY: return NAME##_portable ARGUMENTS;                                       \
    }                                                                                      \
  }
#else
#define TARGETS(RESULT, NAME, PARAMETERS, ARGUMENTS) \
  RESULT onramp_##NAME PARAMETERS { return NAME ARGUMENTS; }
#endif

#endif
