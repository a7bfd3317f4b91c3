import Graph
import KernelRuntime
import Operators

extension OperatorName {
  /// The operator of the compiler's own that works on images with channels last.
  static func channelsLast(_ type: String) -> Self { Self("ChannelsLast\(type)", domain: ResultHalf.domain) }
}

extension Graph {
  /// Puts a new node in the place of some that do its work together, the last of which has its only result.
  ///
  /// - Parameters:
  ///   - nodes: in execution order.
  ///   - origin: the node whose provenance the new one gets; the last by default.
  mutating func replace(
    _ nodes: [NodeID], by op: OperatorName, _ operands: [ValueID?], _ attributes: [String: AttributeValue],
    origin: NodeID? = nil
  ) throws(Diagnostic) {
    guard let last = nodes.last else { return }
    let result = self[last].results[0]
    let new = addNode(
      op, operands, attributes, results: [self[result].name], provenance: self[origin ?? last].provenance, before: last)
    try Inference.infer(new, in: &self)
    replaceUses(of: result, with: self[new].results[0])
    for node in nodes.reversed() { remove(node) }
  }

  /// The operands of the node that makes a value, when it is one of an operator of ONNX's own.
  func operands(_ value: ValueID, of op: String) -> [ValueID]? {
    guard let producer = self[value].producer, self[producer].op == OperatorName(op) else { return nil }
    let operands = self[producer].operands.compactMap { $0 }
    return operands.count == self[producer].operands.count ? operands : nil
  }

  /// The number that a constant of one element holds.
  func number(_ value: ValueID) -> Double? {
    guard let tensor = self[value].constant, tensor.count == 1 else { return nil }
    return tensor.doubles?.first
  }

  /// The two operands of a commutative operator that makes a value, in both orders; empty when another makes it.
  func bothOrders(_ value: ValueID, of op: String) -> [(ValueID, ValueID)] {
    guard let operands = operands(value, of: op), operands.count == 2 else { return [] }
    return [(operands[0], operands[1]), (operands[1], operands[0])]
  }

  /// The other operand of a commutative operator that makes a value from a number near `number`.
  func partner(_ value: ValueID, _ op: String, of number: Double) -> ValueID? {
    for (constant, other) in bothOrders(value, of: op) {
      if let found = self.number(constant), abs(found - number) <= 1e-3 * abs(number) { return other }
    }
    return nil
  }

  /// The other operand of a commutative operator that makes a value from another.
  func partner(_ value: ValueID, _ op: String, of operand: ValueID) -> ValueID? {
    bothOrders(value, of: op).first { $0.0 == operand }?.1
  }

  /// The one node that uses a value, once and in the region where the value is made.
  func onlyUser(_ value: ValueID) -> NodeID? {
    guard self[value].uses.count == 1, case .operand(let user, _)? = self[value].uses.first,
      let producer = self[value].producer, self[producer].region == self[user].region
    else { return nil }
    return user
  }

  /// The only result of the only user of a value, when that user is one of an operator of ONNX's own.
  func onlyResult(_ value: ValueID, of op: String) -> ValueID? {
    guard let user = onlyUser(value), self[user].op == OperatorName(op), self[user].results.count == 1 else {
      return nil
    }
    return self[user].results[0]
  }

  /// Whether a convolution, in whatever layout, takes each pixel by itself: a kernel of one element, stride 1, no padding.
  func isPointwise(_ conv: NodeID, _ call: OperatorCall) throws(Diagnostic) -> Bool {
    guard let weights = self[conv].operands[1], extents(weights)?.dropFirst(2).allSatisfy({ $0 == 1 }) == true,
      try call.isFilled("strides", with: 1)
    else { return false }
    return try call.isFilled("pads", with: 0)
  }

  func isFloat(_ value: ValueID) -> Bool { self[value].type?.tensor?.elementType == .float }

  /// The extents of a value, where all are numbers.
  func extents(_ value: ValueID) -> [Int]? {
    guard let shape = self[value].type?.tensor?.shape else { return nil }
    let extents = shape.compactMap(\.value)
    return extents.count == shape.count ? extents : nil
  }
}

extension OperatorCall {
  /// Whether an attribute lists nothing but a number, which is also what it means where it is missing.
  func isFilled(_ attribute: String, with number: Int) throws(Diagnostic) -> Bool {
    try (optionalInts(attribute) ?? []).allSatisfy { $0 == number }
  }
}
