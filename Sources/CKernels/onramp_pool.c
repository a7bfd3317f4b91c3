#include "onramp_pool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#if defined(__x86_64__)
#include <immintrin.h>
#define ONRAMP_PAUSE() _mm_pause()
#elif defined(__aarch64__)
#define ONRAMP_PAUSE() __asm__ __volatile__("yield")
#else
#define ONRAMP_PAUSE() ((void)0)
#endif

// How long an idle thread watches for the next loop before it sleeps: tens of microseconds, the time between two
// kernels of one run, so that a run in progress never pays for a wake-up.
enum { SPINS = 4000 };

struct onramp_pool {
  pthread_mutex_t mutex;
  pthread_cond_t work;
  pthread_t *threads;
  size_t worker_count;
  atomic_flag busy;

  // The current loop. `generation` is written last and read first.
  onramp_task task;
  void *context;
  size_t count;
  atomic_size_t next;
  atomic_size_t running;
  atomic_size_t generation;
  atomic_size_t sleeping;
  atomic_bool stopping;
};

static void share(onramp_pool *pool) {
  for (;;) {
    size_t i = atomic_fetch_add_explicit(&pool->next, 1, memory_order_relaxed);
    if (i >= pool->count) return;
    pool->task(pool->context, i);
  }
}

static void *work(void *argument) {
  onramp_pool *pool = argument;
  size_t seen = 0;
  for (;;) {
    size_t generation = seen;
    for (int i = 0; i < SPINS && generation == seen; i++) {
      generation = atomic_load_explicit(&pool->generation, memory_order_acquire);
      ONRAMP_PAUSE();
    }
    if (generation == seen) {
      pthread_mutex_lock(&pool->mutex);
      atomic_fetch_add(&pool->sleeping, 1);
      while ((generation = atomic_load(&pool->generation)) == seen) pthread_cond_wait(&pool->work, &pool->mutex);
      atomic_fetch_sub(&pool->sleeping, 1);
      pthread_mutex_unlock(&pool->mutex);
    }
    seen = generation;
    if (atomic_load(&pool->stopping)) return NULL;
    share(pool);
    atomic_fetch_sub_explicit(&pool->running, 1, memory_order_release);
  }
}

static void publish(onramp_pool *pool) {
  atomic_fetch_add(&pool->generation, 1);
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
  publish(pool);
  for (size_t i = 0; i < pool->worker_count; i++) pthread_join(pool->threads[i], NULL);
  pthread_cond_destroy(&pool->work);
  pthread_mutex_destroy(&pool->mutex);
  free(pool->threads);
  free(pool);
}

size_t onramp_pool_thread_count(const onramp_pool *pool) { return pool->worker_count + 1; }

void onramp_pool_run(onramp_pool *pool, size_t count, onramp_task task, void *context) {
  if (count < 2 || pool->worker_count == 0 || atomic_flag_test_and_set(&pool->busy)) {
    for (size_t i = 0; i < count; i++) task(context, i);
    return;
  }
  pool->task = task;
  pool->context = context;
  pool->count = count;
  atomic_store_explicit(&pool->next, 0, memory_order_relaxed);
  atomic_store_explicit(&pool->running, pool->worker_count, memory_order_relaxed);
  publish(pool);
  share(pool);
  // Every worker must have left the loop before its description may change.
  while (atomic_load_explicit(&pool->running, memory_order_acquire) != 0) ONRAMP_PAUSE();
  atomic_flag_clear(&pool->busy);
}
