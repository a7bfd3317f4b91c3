import Graph
import KernelRuntime

/// A nested graph run again and again: while its condition holds, and so many times at most.
enum LoopOp: LoopOperator {
  static func regionInputs(
    _ attribute: String, count: Int, _ call: OperatorCall
  ) throws(Diagnostic) -> [ValueType?] {
    let carried = max(0, call.operands.count - 2)
    guard count == carried + 2 else {
      throw .attribute("the body of Loop must have \(carried + 2) inputs, not \(count)")
    }
    var types: [ValueType?] = [.tensor(TensorType(.int64, [])), .tensor(TensorType(.bool, []))]
    for i in 0..<carried { types.append(try call.type(i + 2)) }
    return types
  }

  static func carried(_ call: OperatorCall) -> [(output: Int, input: Int)] {
    (0..<max(0, call.operands.count - 2)).map { (output: $0 + 1, input: $0 + 2) }
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let outputs = try call.regionTypes("body")
    let carried = max(0, call.operands.count - 2)
    guard outputs.count > carried else {
      throw .attribute("the body of Loop must give \(carried + 1) results or more, not \(outputs.count)")
    }
    var results: [ValueType] = []
    for i in 0..<carried {
      results.append(try call.carriedType(i + 2, outputs[i + 1]).withLocals(ofResult: i))
    }
    for (i, output) in outputs[(carried + 1)...].enumerated() {
      results.append(try call.stackedType(i, output, length: .local("rounds")))
    }
    return results
  }

  static func kernel(_ call: OperatorCall, bodies: [Body]) throws(Diagnostic) -> any Kernel {
    let carried = max(0, call.operands.count - 2)
    var outputs: [ScanOutput] = []
    for output in try call.regionTypes("body").dropFirst(carried + 1) { outputs.append(try call.scanOutput(output)) }
    return LoopKernel(try bodies.single(call.op), scanOutputs: outputs)
  }
}
