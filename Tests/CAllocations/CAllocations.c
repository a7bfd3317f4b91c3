// For a program that links this, these functions stand before those of the C library, for all its libraries too.
#define _GNU_SOURCE
#include "CAllocations.h"

#include <stdlib.h>

#if defined(__linux__) && defined(__GLIBC__)
#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

// What glibc calls its own functions; freeing is left to it.
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

#define EXPORT __attribute__((used, visibility("default")))

static _Thread_local int counted;
static atomic_size_t allocations;

static void count(void) {
  if (counted) atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed);
}

EXPORT void *malloc(size_t size) {
  count();
  return __libc_malloc(size);
}

EXPORT void *calloc(size_t number, size_t size) {
  count();
  return __libc_calloc(number, size);
}

EXPORT void *realloc(void *old, size_t size) {
  count();
  return __libc_realloc(old, size);
}

EXPORT void *memalign(size_t alignment, size_t size) {
  count();
  return __libc_memalign(alignment, size);
}

EXPORT void *aligned_alloc(size_t alignment, size_t size) {
  count();
  return __libc_memalign(alignment, size);
}

EXPORT int posix_memalign(void **result, size_t alignment, size_t size) {
  count();
  void *memory = __libc_memalign(alignment, size);
  if (!memory) return ENOMEM;
  *result = memory;
  return 0;
}

EXPORT void *mmap(void *address, size_t size, int protection, int flags, int file, off_t offset) {
  count();
  return (void *)(intptr_t)syscall(SYS_mmap, address, size, protection, flags, file, offset);
}

int onramp_allocations_available(void) { return 1; }
void onramp_allocations_count(int is_counted) { counted = is_counted; }
size_t onramp_allocations(void) { return atomic_load(&allocations); }
#else
int onramp_allocations_available(void) { return 0; }
void onramp_allocations_count(int is_counted) { (void)is_counted; }
size_t onramp_allocations(void) { return 0; }
#endif
