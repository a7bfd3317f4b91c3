/// Runs a program once for each element of sequences that lie along axes of tensors.
///
/// Operands: the first values of the state, the tensors to walk along, and the body's captures. The body takes the
/// state and one slice of each tensor; it gives the state and tensors of which all rounds' are stacked.
public struct ScanKernel: Kernel {
  /// A tensor to walk along.
  public struct Input: Codable, Hashable, Sendable {
    public var axis: Int
    public var isReversed: Bool

    public init(axis: Int = 0, isReversed: Bool = false) {
      self.axis = axis
      self.isReversed = isReversed
    }
  }

  public var body: NestedProgram
  public var scanInputs: [Input]
  public var scanOutputs: [ScanOutput]

  public init(_ body: NestedProgram, scanInputs: [Input], scanOutputs: [ScanOutput]) {
    self.body = body
    self.scanInputs = scanInputs
    self.scanOutputs = scanOutputs
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let stateCount = body.ownInputCount - scanInputs.count
    guard stateCount >= 0, !scanInputs.isEmpty,
      operands.count == stateCount + scanInputs.count + body.captureCount,
      body.program.outputs.count == stateCount + scanOutputs.count
    else { throw .invalid("the scan's operands do not fit its body") }
    let executor = try body.executor(options)
    return Prepared(values: { [scanInputs, scanOutputs] (values, context) throws(KernelError) in
      var state = Array(values[..<stateCount])
      let captures = values[(stateCount + scanInputs.count)...]
      var sequences: [(tensor: Tensor, axis: Int)] = []
      for (i, input) in scanInputs.enumerated() {
        guard let tensor = values[stateCount + i]?.tensor else { throw .invalid("a scan can only walk along tensors") }
        sequences.append((tensor, try resolveAxis(input.axis, rank: tensor.spec.rank)))
      }
      let lengths = Set(sequences.map { $0.tensor.shape[$0.axis] })
      guard lengths.count == 1, let length = lengths.first else {
        throw .invalid("a scan walks along extents of \(lengths.sorted()), which differ")
      }
      var stacks = [[Tensor]](repeating: [], count: scanOutputs.count)
      for round in 0..<length {
        var slices: [RuntimeValue?] = []
        for (input, sequence) in zip(scanInputs, sequences) {
          let index = input.isReversed ? length - 1 - round : round
          slices.append(.tensor(try sequence.tensor.slice(index, axis: sequence.axis)))
        }
        let outputs = try executor.run(state + slices + captures, context)
        state = outputs[..<stateCount].map { $0 }
        for (i, output) in outputs[stateCount...].enumerated() {
          guard let tensor = output.tensor else { throw .invalid("a scan can only stack tensors") }
          stacks[i].append(tensor)
        }
      }
      var results = state
      for (output, stack) in zip(scanOutputs, stacks) { results.append(.tensor(try output.stack(stack))) }
      return results
    })
  }
}
