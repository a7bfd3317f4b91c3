import Graph
import KernelRuntime

/// A nested graph run once for each element of a sequence.
enum SequenceMapOp: RegionOperator {
  static func regionInputs(
    _ attribute: String, count: Int, _ call: OperatorCall
  ) throws(Diagnostic) -> [ValueType?] {
    guard count == call.operands.count else {
      throw .attribute("the body of SequenceMap must have \(call.operands.count) inputs, not \(count)")
    }
    var types: [ValueType?] = []
    for i in 0..<count {
      switch try call.type(i) {
      case .sequence(let element): types.append(element)
      case let type where i == 0: throw .type("input 0 of SequenceMap must be a sequence, not \(type)")
      case let type: types.append(type)
      }
    }
    return types
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    try call.regionTypes("body").enumerated().map { i, type in
      // Where an extent depends on data it may differ from element to element.
      .sequence(
        type.mapDimensions { extent in
          extent.symbols.contains { $0.hasPrefix("?") } ? .local("\(extent)_\(i)") : extent
        })
    }
  }

  static func kernel(_ call: OperatorCall, bodies: [Body]) throws(Diagnostic) -> any Kernel {
    SequenceMapKernel(try bodies.single(call.op))
  }
}
