import CKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A fixed set of threads that share out the iterations of a kernel's loops.
public final class ThreadPool: @unchecked Sendable {
  private let pool: OpaquePointer

  /// - Parameter threads: how many threads work on a loop, the calling one among them; by default one for each
  ///   processor.
  public init(threads: Int? = nil) throws(KernelError) {
    let count = threads ?? Self.processorCount
    guard (1...1024).contains(count) else { throw .invalid("\(count) threads: 1 to 1024 are allowed") }
    guard let pool = onramp_pool_create(count) else { throw KernelError(.memory, "cannot create a thread pool") }
    self.pool = pool
  }

  deinit { onramp_pool_destroy(pool) }

  public var threadCount: Int { onramp_pool_thread_count(pool) }

  public static var processorCount: Int { min(1024, max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))) }

  /// Calls `body` once for each index below `count`, on all threads, in no particular order, and waits for the last.
  public func forEach(_ count: Int, _ body: (Int) -> Void) { runLoop(pool, max(count, 0), body) }

  /// Calls `body` with disjoint ranges that together cover `0..<count`, on all threads, and waits for the last.
  ///
  /// - Parameter grain: the least number of iterations that is worth a thread's attention.
  public func forRanges(_ count: Int, grain: Int, _ body: (Range<Int>) -> Void) {
    guard count > 0 else { return }
    // A few ranges a thread even out what other processes do to the threads.
    let parts = min(threadCount == 1 ? 1 : threadCount * 4, max(1, count / max(grain, 1)))
    guard parts > 1 else { return body(0..<count) }
    forEach(parts) { part in
      body(count * part / parts..<count * (part + 1) / parts)
    }
  }

  /// What the threads can compute at most, in floating-point operations of single precision a second, a multiply-add
  /// counting as two: measured by multiplying and adding in registers for some tens of milliseconds.
  public func measurePeak() -> Double {
    let clock = ContinuousClock()
    let (rounds, parts) = (500, 16 * threadCount)
    var best = 0.0
    for _ in 0..<10 {
      let time = clock.measure { forEach(parts) { _ in _ = onramp_peak(rounds) } }
      best = max(best, Double(parts * rounds * onramp_peak_operations()) / (time / .seconds(1)))
    }
    return best
  }
}

/// In C, with Swift's calling convention: a closure that must not escape is handed over as it is, without a copy.
@_silgen_name("onramp_pool_for_each")
private func runLoop(_ pool: OpaquePointer, _ count: Int, _ body: (Int) -> Void)
