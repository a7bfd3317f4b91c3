import Graph
import KernelRuntime

/// A window that is a sum of cosines.
protocol CosineWindowOp: ExpandedOp {
  /// The weights of the cosines of 0, 1, 2, … times the angle; they sum to 1 at the middle, with signs that alternate.
  static var weights: [Double] { get }
}

extension CosineWindowOp {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let size = call.dimensions(0)?.first ?? .local("size")
    if let size = size.value, size < 0 { throw .shape("\(name) has a size of \(size)") }
    return [.tensor(TensorType(try call.elementType("output_datatype"), [size]))]
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    let size = try builder.add("Reshape", [builder.cast(builder.required(0), to: .double), builder.constant([Int]())])
    // A periodic window's next element would be its first again; a symmetric one ends as it starts.
    let period = try call.flag("periodic") ? size : builder.add("Sub", [size, builder.constant(1, .double)])
    let steps = try builder.add("Range", [builder.constant(0, .double), size, builder.constant(1, .double)])
    let turns = try builder.add("Div", [steps, builder.add("Max", [period, builder.constant(1, .double)])])
    var sum: ValueID?
    for (i, weight) in weights.enumerated() {
      let angle = try builder.add("Mul", [turns, builder.constant(2 * .pi * Double(i), .double)])
      let term = try builder.add(
        "Mul", [builder.add("Cos", [angle]), builder.constant(i % 2 == 0 ? weight : -weight, .double)])
      sum = try builder.sum(term, sum)
    }
    guard let sum else { return nil }
    return [try builder.cast(sum, to: call.elementType("output_datatype"))]
  }
}
