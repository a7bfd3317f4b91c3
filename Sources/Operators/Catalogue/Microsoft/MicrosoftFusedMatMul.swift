import Graph

/// A matrix product, scaled, of operands that may be transposed.
enum MicrosoftFusedMatMulOp: MicrosoftOp {
  static var schema: OperatorSchema? {
    OperatorSchema(
      name, inputs: [.one("A", "T"), .one("B", "T")], outputs: [.one("Y", "T")],
      attributes: [
        .float("alpha", 1), .int("transA", 0), .int("transB", 0), .int("transBatchA", 0), .int("transBatchB", 0),
      ], types: ["T": .floats])
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    var types: [ValueType] = []
    for (i, side) in ["A", "B"].enumerated() {
      var type = try call.tensor(i)
      if let shape = type.shape, let permutation = try permutation(call, side, rank: shape.count) {
        type.shape = permutation.map { shape[$0] }
      }
      types.append(.tensor(type))
    }
    return try MatMulOp.infer(call.with(types))
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    var factors: [ValueID] = []
    for (i, side) in ["A", "B"].enumerated() {
      var factor = try builder.required(i)
      guard let rank = try call.shape(i)?.count else { throw .unsupported("\(name) of tensors of unknown rank") }
      if let permutation = try permutation(call, side, rank: rank) {
        factor = try builder.add("Transpose", [factor], ["perm": .ints(permutation)])
      }
      factors.append(factor)
    }
    let product = try builder.add("MatMul", factors)
    return [try builder.scaled(product, by: call.float("alpha"), call.elementType(0))]
  }

  /// How an operand's dimensions are reordered; nil where they are not. Vectors have nothing to transpose.
  private static func permutation(
    _ call: OperatorCall, _ side: String, rank: Int
  ) throws(Diagnostic) -> [Int]? {
    guard rank >= 2 else { return nil }
    let (isTransposed, isBatch) = (try call.flag("trans\(side)"), try call.flag("transBatch\(side)"))
    guard isTransposed || isBatch else { return nil }
    // The batch's dimensions stand behind the matrix's first one.
    var permutation = isBatch ? Array(1..<rank - 1) + [0, rank - 1] : Array(0..<rank)
    if isTransposed { permutation.swapAt(rank - 1, rank - 2) }
    return permutation
  }
}
