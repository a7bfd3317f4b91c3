import Graph

/// dA = dY Bᵀ and dB = Aᵀ dY; a vector is a matrix of one row on the left and of one column on the right.
enum MatMulGradient: GradientRule {
  static func pull(to i: Int, of site: GradientSite, _ builder: inout NodeBuilder) throws(Diagnostic) -> ValueID? {
    var (a, b, dy) = (try site.x, try site.operand(1), try site.dy)
    guard let left = builder.rank(a), let right = builder.rank(b) else {
      throw .unsupported("Gradient of MatMul of tensors of unknown rank")
    }
    if left == 1 && right == 1 { return try builder.add("Mul", [dy, i == 0 ? b : a]) }
    if left == 1 {
      a = try builder.add("Unsqueeze", [a, builder.constant([0])])
      dy = try builder.add("Unsqueeze", [dy, builder.constant([-2])])
    }
    if right == 1 {
      b = try builder.add("Unsqueeze", [b, builder.constant([1])])
      dy = try builder.add("Unsqueeze", [dy, builder.constant([-1])])
    }
    if i == 0 { return try builder.add("MatMul", [dy, transposed(b, max(right, 2), &builder)]) }
    let product = try builder.add("MatMul", [transposed(a, max(left, 2), &builder), dy])
    return right == 1 ? try builder.add("Squeeze", [product, builder.constant([-1])]) : product
  }

  private static func transposed(
    _ matrix: ValueID, _ rank: Int, _ builder: inout NodeBuilder
  ) throws(Diagnostic) -> ValueID {
    var order = Array(0..<rank)
    order.swapAt(rank - 2, rank - 1)
    return try builder.add("Transpose", [matrix], ["perm": .ints(order)])
  }
}
