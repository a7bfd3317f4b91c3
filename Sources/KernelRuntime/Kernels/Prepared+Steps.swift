extension Prepared {
  /// Runs the body as a step of another kernel's.
  ///
  /// - Parameter scratch: at least `scratchBytes` of memory; by default the outer kernel's own, for bodies that need
  ///   none.
  func run(
    _ operands: [UnsafeMutableRawPointer?], _ results: [UnsafeMutableRawPointer?], like outer: borrowing Invocation,
    scratch: UnsafeMutableRawPointer? = nil
  ) throws(KernelError) {
    try run(operands, results, scratch: scratch ?? outer.scratch, threads: outer.threads)
  }

  /// Runs the body on operands and results at the given addresses, nil for those that are absent or unwanted.
  func run(
    _ operands: [UnsafeMutableRawPointer?], _ results: [UnsafeMutableRawPointer?], scratch: UnsafeMutableRawPointer,
    threads: ThreadPool
  ) throws(KernelError) {
    switch body {
    case .memory(let body):
      let addresses = operands + results
      let slots = addresses.indices.map { addresses[$0] == nil ? -1 : Int32($0) }
      // The closures' type cannot carry the typed error through both calls without help.
      var outcome: Result<Void, KernelError> = .success(())
      addresses.withUnsafeBufferPointer { addresses in
        slots.withUnsafeBufferPointer { slots in
          guard let first = addresses.baseAddress, let slot = slots.baseAddress else { return }
          do throws(KernelError) {
            try body(
              Invocation(
                addresses: first, operands: slot, results: slot + operands.count, scratch: scratch, threads: threads,
                pitch: nil))
          } catch { outcome = .failure(error) }
        }
      }
      try outcome.get()
    case .alias(let i):
      guard let source = operands[i], let destination = results[0] else { return }
      let spec = self.results[0]
      if spec.type == .string {
        destination.assumingMemoryBound(to: String.self).update(
          from: source.assumingMemoryBound(to: String.self), count: spec.count)
      } else {
        destination.copyMemory(from: source, byteCount: spec.byteCount)
      }
    case .values: throw .unsupported("a kernel on values as a step of another")
    }
  }
}

/// Rounds a size up to whole cache lines, so that what follows it in scratch memory is aligned.
func alignedSize(_ bytes: Int) -> Int { (bytes &+ 63) & ~63 }
