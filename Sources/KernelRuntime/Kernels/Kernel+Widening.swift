extension Kernel {
  /// The kernel prepared on floats where its operands are halves, which are converted before and after; nil where
  /// operand 0 is no half. For kernels that have no code of their own for halves.
  func preparedOnFloats(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared? {
    let narrow = try operands.spec(0).type
    guard narrow == .float16 || narrow == .bfloat16 else { return nil }
    var wide = operands
    var scratch = 0
    // For each operand and result that is converted: how, and where its floats lie.
    typealias Conversion = (cast: Prepared, offset: Int)
    func conversion(
      _ spec: TensorSpec, to type: ElementType, _ scratch: inout Int
    ) throws(KernelError) -> Conversion {
      let offset = scratch
      scratch = try checkedSum(scratch, alignedSize(try checkedProduct(spec.count, MemoryLayout<Float>.size)))
      return (try CastKernel(to: type).prepare(Operands([Operand(spec: spec)]), options: options), offset)
    }
    var widenings: [Conversion?] = []
    for (i, operand) in operands.list.enumerated() {
      guard let spec = operand?.spec, spec.type == narrow else {
        widenings.append(nil)
        continue
      }
      widenings.append(try conversion(spec, to: .float, &scratch))
      wide.list[i] = Operand(spec: TensorSpec(.float, spec.shape))
    }
    let inner = try prepare(wide, options: options)
    var results: [TensorSpec] = []
    var narrowings: [Conversion?] = []
    for spec in inner.results {
      results.append(TensorSpec(spec.type == .float ? narrow : spec.type, spec.shape))
      narrowings.append(spec.type == .float ? try conversion(spec, to: narrow, &scratch) : nil)
    }
    let innerScratch = scratch
    return Prepared(results, scratchBytes: try checkedSum(scratch, inner.scratchBytes)) {
      [widenings, narrowings] (invocation: borrowing Invocation) throws(KernelError) in
      var from: [UnsafeMutableRawPointer?] = []
      for (i, widening) in widenings.enumerated() {
        var address = operands.has(i) ? UnsafeMutableRawPointer(mutating: invocation.operand(i, as: UInt8.self)) : nil
        if let widening {
          let floats = invocation.scratch + widening.offset
          try widening.cast.run([address], [floats], like: invocation)
          address = floats
        }
        from.append(address)
      }
      var to: [UnsafeMutableRawPointer?] = []
      for (i, narrowing) in narrowings.enumerated() {
        let address = invocation.wantedResult(i, as: UInt8.self).map { UnsafeMutableRawPointer($0) }
        to.append(address == nil ? nil : narrowing.map { invocation.scratch + $0.offset } ?? address)
      }
      try inner.run(from, to, like: invocation, scratch: invocation.scratch + innerScratch)
      for (i, narrowing) in narrowings.enumerated() {
        guard let narrowing, let address = invocation.wantedResult(i, as: UInt8.self) else { continue }
        try narrowing.cast.run([to[i]], [UnsafeMutableRawPointer(address)], like: invocation)
      }
    }
  }
}
