import Graph
import KernelRuntime

/// A window of a signal: a sum of cosines over its length.
protocol WindowFunctionOp: ExpandedOp {
  /// The weights of the cosines of 0, 1, 2... periods; the signs alternate.
  static var coefficients: [Double] { get }
}

extension WindowFunctionOp {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let size = call.dimensions(0)?.first ?? .local("size")
    if let number = size.value, number < 0 { throw .shape("the size of \(call.op) is \(number)") }
    return [.tensor(TensorType(try call.elementType("output_datatype"), [size]))]
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    guard let operand = builder.operands.first, let given = operand else { return nil }
    let type = AttributeValue.int(Int(ElementType.double.rawValue))
    let size = try builder.add("Reshape", [given, builder.constant([Int]())])
    let count = try builder.add("Cast", [size], ["to": type])
    let places = try builder.add("Range", [builder.constant(0, .double), count, builder.constant(1, .double)])
    var period = count
    if try !call.flag("periodic") {
      // A symmetric window of one element has no period; any serves, as its only place is 0.
      let shorter = try builder.add("Sub", [count, builder.constant(1, .double)])
      period = try builder.add("Max", [shorter, builder.constant(1, .double)])
    }
    let turns = try builder.add("Div", [places, period])
    var sum: ValueID?
    for (i, coefficient) in coefficients.enumerated() {
      let angle = try builder.add("Mul", [turns, builder.constant(2 * .pi * Double(i), .double)])
      let weight = try builder.constant(i % 2 == 0 ? coefficient : -coefficient, .double)
      let term = try builder.add("Mul", [builder.add("Cos", [angle]), weight])
      sum = try sum.map { (sum) throws(Diagnostic) in try builder.add("Add", [sum, term]) } ?? term
    }
    guard let sum else { return nil }
    return [try builder.add("Cast", [sum], ["to": .int(call.int("output_datatype"))])]
  }
}
