import Graph
import KernelRuntime

/// A nested graph run once for each slice of sequences, with a state carried along.
enum ScanOp: LoopOperator {
  static func regionInputs(
    _ attribute: String, count: Int, _ call: OperatorCall
  ) throws(Diagnostic) -> [ValueType?] {
    let scan = try ScanAttributes(call)
    guard count == call.operands.count else {
      throw .attribute("the body of Scan must have \(call.operands.count) inputs, not \(count)")
    }
    var types: [ValueType?] = []
    for i in 0..<scan.stateCount { types.append(try call.type(i)) }
    for i in 0..<scan.inputCount {
      let sequence = try call.tensor(scan.stateCount + i)
      var shape = sequence.shape
      if let rank = shape?.count { shape?.remove(at: try call.axis(scan.inputAxis(i), rank: rank)) }
      types.append(.tensor(TensorType(sequence.elementType, shape)))
    }
    return types
  }

  static func carried(_ call: OperatorCall) -> [(output: Int, input: Int)] {
    guard let scan = try? ScanAttributes(call) else { return [] }
    return (0..<scan.stateCount).map { (output: $0, input: $0) }
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let scan = try ScanAttributes(call)
    let outputs = try call.regionTypes("body")
    guard outputs.count >= scan.stateCount else {
      throw .attribute("the body of Scan must give \(scan.stateCount) results or more, not \(outputs.count)")
    }
    var length: Dimension?
    for i in 0..<scan.inputCount {
      guard let shape = try call.shape(scan.stateCount + i) else { continue }
      let extent = shape[try call.axis(scan.inputAxis(i), rank: shape.count)]
      length = try call.unify(length ?? extent, extent, "the sequences")
    }
    var results: [ValueType] = []
    for i in 0..<scan.stateCount {
      results.append(try call.carriedType(i, outputs[i]).withLocals(ofResult: i))
    }
    for (i, output) in outputs[scan.stateCount...].enumerated() {
      results.append(
        try call.stackedType(i, output, length: length ?? .local("rounds"), axis: scan.outputAxis(i)))
    }
    return results
  }

  static func kernel(_ call: OperatorCall, bodies: [Body]) throws(Diagnostic) -> any Kernel {
    let scan = try ScanAttributes(call)
    var outputs: [ScanOutput] = []
    for (i, output) in try call.regionTypes("body").dropFirst(scan.stateCount).enumerated() {
      outputs.append(
        try call.scanOutput(output, axis: scan.outputAxis(i), isReversed: scan.isOutputReversed(i)))
    }
    let inputs = (0..<scan.inputCount).map {
      ScanKernel.Input(axis: scan.inputAxis($0), isReversed: scan.isInputReversed($0))
    }
    return ScanKernel(try bodies.single(call.op), scanInputs: inputs, scanOutputs: outputs)
  }
}

/// How a scan walks its operands: along which axes, in which directions.
private struct ScanAttributes {
  let inputCount: Int
  let stateCount: Int
  private let inputAxes: [Int]
  private let inputDirections: [Int]
  private let outputAxes: [Int]
  private let outputDirections: [Int]

  init(_ call: OperatorCall) throws(Diagnostic) {
    inputCount = try call.int("num_scan_inputs")
    guard inputCount >= 1, inputCount <= call.operands.count else {
      throw .attribute("num_scan_inputs of Scan is \(inputCount), but it has \(call.operands.count) inputs")
    }
    stateCount = call.operands.count - inputCount
    inputAxes = try call.optionalInts("scan_input_axes") ?? []
    inputDirections = try call.optionalInts("scan_input_directions") ?? []
    outputAxes = try call.optionalInts("scan_output_axes") ?? []
    outputDirections = try call.optionalInts("scan_output_directions") ?? []
    guard
      (inputAxes.isEmpty || inputAxes.count == inputCount)
        && (inputDirections.isEmpty || inputDirections.count == inputCount)
    else { throw .attribute("the axes or directions of Scan do not fit its \(inputCount) sequences") }
  }

  // Lists that are left out mean the first axis, forward.
  func inputAxis(_ i: Int) -> Int { inputAxes.indices.contains(i) ? inputAxes[i] : 0 }
  func outputAxis(_ i: Int) -> Int { outputAxes.indices.contains(i) ? outputAxes[i] : 0 }
  func isInputReversed(_ i: Int) -> Bool { inputDirections.indices.contains(i) && inputDirections[i] == 1 }
  func isOutputReversed(_ i: Int) -> Bool { outputDirections.indices.contains(i) && outputDirections[i] == 1 }
}
