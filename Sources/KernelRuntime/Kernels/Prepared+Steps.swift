extension Prepared {
  /// Runs the body as a step of another kernel's.
  ///
  /// - Parameter scratch: at least `scratchBytes` of memory, for bodies that need any.
  func run(
    _ operands: [UnsafeMutableRawPointer?], _ results: [UnsafeMutableRawPointer?], like outer: borrowing Invocation,
    scratch: UnsafeMutableRawPointer? = nil
  ) throws(KernelError) {
    switch body {
    case .memory(let body):
      let addresses = operands + results
      let slots = addresses.indices.map { addresses[$0] == nil ? -1 : Int32($0) }
      let memory = scratch ?? outer.scratch
      let threads = outer.threads
      // The closures' type cannot carry the typed error through both calls without help.
      var outcome: Result<Void, KernelError> = .success(())
      addresses.withUnsafeBufferPointer { addresses in
        slots.withUnsafeBufferPointer { slots in
          guard let first = addresses.baseAddress, let slot = slots.baseAddress else { return }
          do throws(KernelError) {
            try body(
              Invocation(
                addresses: first, operands: slot, results: slot + operands.count, scratch: memory, threads: threads))
          } catch { outcome = .failure(error) }
        }
      }
      try outcome.get()
    case .alias(let i):
      if let source = operands[i], let destination = results[0] {
        destination.copyMemory(from: source, byteCount: self.results[0].byteCount)
      }
    case .values: throw .unsupported("a kernel on values as a step of another")
    }
  }
}

/// Rounds a size up to whole cache lines, so that what follows it in scratch memory is aligned.
func alignedSize(_ bytes: Int) -> Int { (bytes &+ 63) & ~63 }
