#include "onramp_pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#if defined(__x86_64__)
#include <immintrin.h>
#define ONRAMP_PAUSE() _mm_pause()
#elif defined(__aarch64__)
#define ONRAMP_PAUSE() __asm__ __volatile__("yield")
#else
#define ONRAMP_PAUSE() ((void)0)
#endif

#define SWIFT_CALL __attribute__((swiftcall))

// How long an idle thread watches for the next loop before it sleeps: tens of microseconds, the time between two
// kernels of one run, so that a run in progress never pays for a wake-up.
enum { SPINS = 4000 };

// How long the caller watches for the last iterations before it offers its processor to the thread that has them.
enum { PATIENCE = 1000 };

struct onramp_pool {
  pthread_mutex_t mutex;
  pthread_cond_t work;
  pthread_t *threads;
  size_t worker_count;
  atomic_flag busy;

  // The current loop. Only whoever holds an iteration of it may read these: they stay until the last one is done.
  onramp_task task;
  void *context;
  size_t count;
  // The loop's number in the upper half, how many of its iterations nobody has taken yet in the lower half: taking one
  // proves that the loop is still the one that was seen.
  atomic_uint_least64_t ticket;
  atomic_size_t done;
  atomic_size_t sleeping;
  atomic_bool stopping;
};

static uint32_t remaining(uint64_t ticket) { return (uint32_t)ticket; }

// Takes iterations until there are none left.
static void share(onramp_pool *pool) {
  uint64_t ticket = atomic_load_explicit(&pool->ticket, memory_order_acquire);
  while (remaining(ticket) > 0) {
    if (!atomic_compare_exchange_weak_explicit(&pool->ticket, &ticket, ticket - 1, memory_order_acquire,
                                               memory_order_acquire))
      continue;
    pool->task(pool->context, pool->count - remaining(ticket));
    atomic_fetch_add_explicit(&pool->done, 1, memory_order_release);
    ticket = atomic_load_explicit(&pool->ticket, memory_order_acquire);
  }
}

static bool has_work(onramp_pool *pool) {
  return remaining(atomic_load(&pool->ticket)) > 0 || atomic_load(&pool->stopping);
}

static void *work(void *argument) {
  onramp_pool *pool = argument;
  for (;;) {
    for (int i = 0; i < SPINS && !has_work(pool); i++) ONRAMP_PAUSE();
    if (!has_work(pool)) {
      pthread_mutex_lock(&pool->mutex);
      atomic_fetch_add(&pool->sleeping, 1);
      while (!has_work(pool)) pthread_cond_wait(&pool->work, &pool->mutex);
      atomic_fetch_sub(&pool->sleeping, 1);
      pthread_mutex_unlock(&pool->mutex);
    }
    if (atomic_load(&pool->stopping)) return NULL;
    share(pool);
  }
}

static void wake(onramp_pool *pool) {
  if (atomic_load(&pool->sleeping) == 0) return;
  pthread_mutex_lock(&pool->mutex);
  pthread_cond_broadcast(&pool->work);
  pthread_mutex_unlock(&pool->mutex);
}

onramp_pool *onramp_pool_create(size_t threads) {
  onramp_pool *pool = calloc(1, sizeof *pool);
  if (!pool) return NULL;
  size_t workers = threads > 1 ? threads - 1 : 0;
  pool->threads = calloc(workers ? workers : 1, sizeof *pool->threads);
  if (!pool->threads) {
    free(pool);
    return NULL;
  }
  pthread_mutex_init(&pool->mutex, NULL);
  pthread_cond_init(&pool->work, NULL);
  atomic_flag_clear(&pool->busy);
  for (size_t i = 0; i < workers; i++) {
    if (pthread_create(&pool->threads[i], NULL, work, pool) != 0) break;
    pool->worker_count++;
  }
  return pool;
}

void onramp_pool_destroy(onramp_pool *pool) {
  if (!pool) return;
  atomic_store(&pool->stopping, true);
  wake(pool);
  for (size_t i = 0; i < pool->worker_count; i++) pthread_join(pool->threads[i], NULL);
  pthread_cond_destroy(&pool->work);
  pthread_mutex_destroy(&pool->mutex);
  free(pool->threads);
  free(pool);
}

size_t onramp_pool_thread_count(const onramp_pool *pool) { return pool->worker_count + 1; }

void onramp_pool_run(onramp_pool *pool, size_t count, onramp_task task, void *context) {
  if (count < 2 || count > UINT32_MAX || pool->worker_count == 0 || atomic_flag_test_and_set(&pool->busy)) {
    for (size_t i = 0; i < count; i++) task(context, i);
    return;
  }
  pool->task = task;
  pool->context = context;
  pool->count = count;
  atomic_store_explicit(&pool->done, 0, memory_order_relaxed);
  uint64_t number = (atomic_load_explicit(&pool->ticket, memory_order_relaxed) >> 32) + 1;
  atomic_store(&pool->ticket, number << 32 | count);
  wake(pool);
  share(pool);
  // Only iterations that a thread has taken are waited for, not threads that never came.
  for (size_t i = 0; atomic_load_explicit(&pool->done, memory_order_acquire) != count; i++) {
    if (i < PATIENCE) ONRAMP_PAUSE(); else sched_yield();
  }
  atomic_flag_clear(&pool->busy);
}

// A Swift closure: what to call, and what it has captured.
typedef struct {
  SWIFT_CALL void (*function)(size_t index, __attribute__((swift_context)) void *captured);
  void *captured;
} closure;

static void call(void *context, size_t index) {
  const closure *body = context;
  body->function(index, body->captured);
}

// Declared in ThreadPool.swift. A closure that must not escape cannot be stored by Swift without a copy on the heap for
// each loop; the calling convention hands it over as two words that live as long as the call.
SWIFT_CALL void onramp_pool_for_each(onramp_pool *pool, size_t count,
                                     SWIFT_CALL void (*function)(size_t, __attribute__((swift_context)) void *),
                                     void *captured);

SWIFT_CALL void onramp_pool_for_each(onramp_pool *pool, size_t count,
                                     SWIFT_CALL void (*function)(size_t, __attribute__((swift_context)) void *),
                                     void *captured) {
  closure body = {function, captured};
  onramp_pool_run(pool, count, call, &body);
}
