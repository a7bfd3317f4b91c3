#ifndef ONRAMP_ALLOCATIONS_H
#define ONRAMP_ALLOCATIONS_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// Whether allocations can be counted here: where the program's own malloc takes the place of the C library's.
int onramp_allocations_available(void);

// Begins or ends counting the calling thread's allocations.
void onramp_allocations_count(int is_counted);

// The allocations of all threads that were counted so far: calls of malloc and its relatives, and mapped pages.
size_t onramp_allocations(void);

#ifdef __cplusplus
}
#endif
#endif
