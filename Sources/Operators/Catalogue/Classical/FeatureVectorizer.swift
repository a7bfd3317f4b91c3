import Graph
import KernelRuntime

/// Features of several tensors one behind the other in each row, of each so many as an attribute says.
enum FeatureVectorizerOp: ClassicalOp, ExpandedOp {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let widths = try widths(call)
    let total = widths.reduce(Dimension(0)) { $0 + Dimension($1) }
    return [.tensor(TensorType(.float, [try call.rowCount(), total]))]
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    var parts: [ValueID] = []
    for (i, width) in try widths(call).enumerated() {
      var part = try builder.cast(builder.required(i), to: .float)
      switch try call.shape(i)?.count {
      case 1: part = try builder.add("Unsqueeze", [part, builder.constant([0])])
      case 2: break
      case let rank?: throw .shape("input \(i) of \(name) must have one or two dimensions, not \(rank)")
      case nil: throw .unsupported("\(name) of a tensor of unknown rank")
      }
      part = try builder.slice(part, 0..<width, axis: 1)
      // What is narrower is filled up with zeros.
      let given = try builder.slice(builder.add("Shape", [part]), 1..<2, axis: 0)
      let missing = try builder.add("Sub", [builder.constant([width]), given])
      let pads = try builder.add("Concat", [builder.constant([0]), missing], ["axis": .int(0)])
      parts.append(try builder.add("Pad", [part, pads, nil, builder.constant([1])]))
    }
    return [try builder.add("Concat", parts, ["axis": .int(1)])]
  }

  private static func widths(_ call: OperatorCall) throws(Diagnostic) -> [Int] {
    let widths = try call.ints("inputdimensions")
    guard widths.count == call.operands.count, widths.allSatisfy({ $0 >= 0 && $0 <= Int(Int32.max) }) else {
      throw .attribute("inputdimensions of \(name) must be a width for each of its \(call.operands.count) inputs")
    }
    return widths
  }
}
