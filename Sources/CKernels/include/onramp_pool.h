#ifndef ONRAMP_POOL_H
#define ONRAMP_POOL_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// A fixed set of threads that share out the iterations of a loop.
typedef struct onramp_pool onramp_pool;
typedef void (*onramp_task)(void *context, size_t index);

// A pool in which `threads` threads work, the caller of onramp_pool_run among them. NULL when out of memory; with
// fewer threads when the system grants no more.
onramp_pool *onramp_pool_create(size_t threads);
void onramp_pool_destroy(onramp_pool *pool);
size_t onramp_pool_thread_count(const onramp_pool *pool);

// Calls task(context, i) once for each i below count, on all threads, and returns when all calls have. Called from
// inside a task or while another thread's loop runs, it makes all the calls itself.
void onramp_pool_run(onramp_pool *pool, size_t count, onramp_task task, void *context);

#ifdef __cplusplus
}
#endif
#endif
