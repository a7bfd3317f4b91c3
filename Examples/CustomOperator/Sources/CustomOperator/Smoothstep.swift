import Onramp

/// An operator of our own: 0 below `low`, 1 above `high`, and the polynomial t²(3 - 2t) between.
enum SmoothstepOp: OperatorDefinition {
  static let domain = "com.example"

  static var schema: OperatorSchema? {
    OperatorSchema(
      name, inputs: [.one("X", "T")], outputs: [.one("Y", "T")],
      attributes: [.float("low", 0), .float("high", 1)], types: ["T": .tensors(.float)])
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] { [try call.type(0)] }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    SmoothstepKernel(low: try call.float("low"), high: try call.float("high"))
  }
}

/// The kernel: checks and decides in `prepare`, computes in the body.
struct SmoothstepKernel: Kernel {
  var low: Float
  var high: Float

  func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    guard x.type == .float else { throw .unsupported("Smoothstep of \(x.type.name)") }
    guard low < high else { throw .invalid("low must be less than high") }
    let count = x.count
    let (low, scale) = (low, 1 / (high - low))
    return Prepared([x], inPlaceOperand: 0) { invocation in
      nonisolated(unsafe) let source = invocation.operand(0, as: Float.self)
      nonisolated(unsafe) let destination = invocation.result(0, as: Float.self)
      invocation.threads.forRanges(count, grain: 4096) { range in
        for i in range {
          let t = min(max((source[i] - low) * scale, 0), 1)
          destination[i] = t * t * (3 - 2 * t)
        }
      }
    }
  }
}

/// An operator that no kernel computes: a rule says it by others.
enum SquareOp: OperatorDefinition {
  static let domain = "com.example"

  static var schema: OperatorSchema? {
    OperatorSchema(name, inputs: [.one("X", "T")], outputs: [.one("Y", "T")], types: ["T": .floats])
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] { [try call.type(0)] }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    throw .unsupported("com.example.Square has no kernel")
  }
}

/// A rule of our own: the square is the product with itself.
enum SquareToProduct: RewriteRule {
  static func rewrite(_ node: NodeID, in graph: inout Graph) throws(Diagnostic) -> Bool {
    guard graph[node].op == SquareOp.name, let x = graph[node].operands.first ?? nil else { return false }
    return try replace(node, in: &graph) { (builder) throws(Diagnostic) in [try builder.add("Mul", [x, x])] }
  }
}
