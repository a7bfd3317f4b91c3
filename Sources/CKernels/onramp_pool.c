#include "onramp_pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

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

// A thread and its share of the current loop. Lines of the cache of their own, so that taking one's own disturbs nobody.
typedef struct {
  // The loop's number in the upper half, how many of the share's iterations nobody has taken yet in the lower half:
  // taking one proves that the loop is still the one that was seen.
  _Alignas(128) atomic_uint_least64_t ticket;
  pthread_t thread;
  onramp_pool *pool;
} member;

struct onramp_pool {
  pthread_mutex_t mutex;
  pthread_cond_t work;
  // The first is whoever calls.
  member *members;
  size_t worker_count;
  atomic_flag busy;

  // The current loop. Only whoever holds an iteration of it may read these: they stay until the last one is done.
  onramp_task task;
  void *context;
  size_t count;
  // The loop's number, published last.
  atomic_uint_least32_t number;
  atomic_size_t done;
  atomic_size_t sleeping;
  atomic_bool stopping;
};

static uint32_t remaining(uint64_t ticket) { return (uint32_t)ticket; }

static size_t first_of(const onramp_pool *pool, size_t share) { return pool->count * share / (pool->worker_count + 1); }

// Takes iterations until there are none left. A share's are neighbours, so that from loop to loop a thread works on the
// same part of the data, which its cache holds; who has finished with its own helps the others.
static void help(onramp_pool *pool, size_t self) {
  size_t threads = pool->worker_count + 1;
  for (size_t i = 0; i < threads; i++) {
    size_t owner = (self + i) % threads;
    atomic_uint_least64_t *place = &pool->members[owner].ticket;
    uint64_t ticket = atomic_load_explicit(place, memory_order_acquire);
    while (remaining(ticket) > 0) {
      if (!atomic_compare_exchange_weak_explicit(place, &ticket, ticket - 1, memory_order_acquire,
                                                 memory_order_acquire))
        continue;
      pool->task(pool->context, first_of(pool, owner + 1) - remaining(ticket));
      atomic_fetch_add_explicit(&pool->done, 1, memory_order_release);
      ticket = atomic_load_explicit(place, memory_order_acquire);
    }
  }
}

static bool has_work(onramp_pool *pool, uint32_t seen) {
  return atomic_load(&pool->number) != seen || atomic_load(&pool->stopping);
}

static void *work(void *argument) {
  member *self = argument;
  onramp_pool *pool = self->pool;
  uint32_t seen = 0;
  for (;;) {
    for (int i = 0; i < SPINS && !has_work(pool, seen); i++) ONRAMP_PAUSE();
    if (!has_work(pool, seen)) {
      pthread_mutex_lock(&pool->mutex);
      atomic_fetch_add(&pool->sleeping, 1);
      while (!has_work(pool, seen)) pthread_cond_wait(&pool->work, &pool->mutex);
      atomic_fetch_sub(&pool->sleeping, 1);
      pthread_mutex_unlock(&pool->mutex);
    }
    if (atomic_load(&pool->stopping)) return NULL;
    seen = atomic_load(&pool->number);
    help(pool, (size_t)(self - pool->members));
  }
}

static void wake(onramp_pool *pool) {
  if (atomic_load(&pool->sleeping) == 0) return;
  pthread_mutex_lock(&pool->mutex);
  pthread_cond_broadcast(&pool->work);
  pthread_mutex_unlock(&pool->mutex);
}

// Ends the threads before `end`, and the pool.
static void join(onramp_pool *pool, size_t end) {
  atomic_store(&pool->stopping, true);
  wake(pool);
  for (size_t i = 1; i < end; i++) pthread_join(pool->members[i].thread, NULL);
  pthread_cond_destroy(&pool->work);
  pthread_mutex_destroy(&pool->mutex);
  free(pool->members);
  free(pool);
}

onramp_pool *onramp_pool_create(size_t threads) {
  onramp_pool *pool = calloc(1, sizeof *pool);
  if (!pool) return NULL;
  size_t workers = threads > 1 ? threads - 1 : 0;
  void *members = NULL;
  if (posix_memalign(&members, _Alignof(member), (workers + 1) * sizeof(member)) != 0) {
    free(pool);
    return NULL;
  }
  memset(members, 0, (workers + 1) * sizeof(member));
  pool->members = members;
  pthread_mutex_init(&pool->mutex, NULL);
  pthread_cond_init(&pool->work, NULL);
  atomic_flag_clear(&pool->busy);
  // Threads look at the others' shares: how many there are must not change under them.
  pool->worker_count = workers;
  for (size_t i = 1; i <= workers; i++) pool->members[i].pool = pool;
  for (size_t i = 1; i <= workers; i++) {
    if (pthread_create(&pool->members[i].thread, NULL, work, &pool->members[i]) != 0) {
      join(pool, i);
      return NULL;
    }
  }
  return pool;
}

void onramp_pool_destroy(onramp_pool *pool) {
  if (pool) join(pool, pool->worker_count + 1);
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
  uint32_t number = atomic_load_explicit(&pool->number, memory_order_relaxed) + 1;
  for (size_t i = 0; i <= pool->worker_count; i++) {
    size_t share = first_of(pool, i + 1) - first_of(pool, i);
    atomic_store_explicit(&pool->members[i].ticket, (uint64_t)number << 32 | share, memory_order_release);
  }
  atomic_store(&pool->number, number);
  wake(pool);
  help(pool, 0);
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
