/// Runs a program until it says stop or a number of rounds is reached.
///
/// Operands: the number of rounds and whether to begin, both optional, the first values of what is carried from round
/// to round, and the body's captures. The body takes the round's number, true, and the carried values; it gives whether
/// to go on, the carried values, and tensors of which all rounds' are stacked.
public struct LoopKernel: Kernel {
  public var body: NestedProgram
  public var scanOutputs: [ScanOutput]

  public init(_ body: NestedProgram, scanOutputs: [ScanOutput]) {
    self.body = body
    self.scanOutputs = scanOutputs
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let carriedCount = body.ownInputCount - 2
    let ownCount = operands.count - body.captureCount
    guard carriedCount >= 0, ownCount == carriedCount + 2 || (carriedCount == 0 && (0...2).contains(ownCount)),
      body.program.outputs.count == 1 + carriedCount + scanOutputs.count
    else { throw .invalid("the loop's operands do not fit its body") }
    let executor = try body.executor(options)
    let goOn = RuntimeValue.tensor(try Tensor(scalar: true))
    return Prepared(values: { [scanOutputs] (values, context) throws(KernelError) in
      let limit = ownCount > 0 ? try roundLimit(values[0]) : nil
      let hasCondition = ownCount > 1 && values[1] != nil
      var goes = hasCondition ? try flag(values[1], "the loop's condition") : true
      var carried = Array(values[min(2, ownCount)..<ownCount])
      let captures = values[ownCount...]
      var stacks = [[Tensor]](repeating: [], count: scanOutputs.count)
      var round = 0
      while goes, round < limit ?? .max {
        let number = RuntimeValue.tensor(try Tensor(scalar: Int64(round)))
        let outputs = try executor.run([number, goOn] + carried + captures, context)
        // With a number of rounds alone, what the body says does not count; with neither, it has to.
        if hasCondition || limit == nil { goes = try flag(outputs[0], "the condition that the loop's body gives") }
        carried = outputs[1...carriedCount].map { $0 }
        for (i, output) in outputs[(1 + carriedCount)...].enumerated() {
          guard let tensor = output.tensor else { throw .invalid("a loop can only stack tensors") }
          stacks[i].append(tensor)
        }
        round += 1
      }
      var results = carried
      for (output, stack) in zip(scanOutputs, stacks) { results.append(.tensor(try output.stack(stack))) }
      return results
    })
  }

  private func roundLimit(_ value: RuntimeValue?) throws(KernelError) -> Int? {
    guard let value else { return nil }
    guard let numbers = value.tensor?.integers, numbers.count == 1 else {
      throw .invalid("the number of rounds must be one integer")
    }
    return numbers.first
  }
}
