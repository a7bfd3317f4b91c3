import Graph

/// Simpler operators say it: both halves of each pair, times the cosine and the sine of its angle.
enum RotaryEmbedding_23_0: Downgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    let input = try draft.required(0)
    guard let rank = builder.rank(input), let width = builder.extent(input, rank - 1) else {
      throw .unsupported("RotaryEmbedding of a tensor whose rank or last extent is unknown")
    }
    let heads = draft.int("num_heads") ?? 0
    guard rank == 4 || heads > 0 && width % heads == 0 else {
      throw .attribute("RotaryEmbedding lacks the number of heads")
    }
    // [batch, length, heads, size], whichever form the input has.
    let x =
      rank == 4
      ? try builder.add("Transpose", [input], ["perm": .ints([0, 2, 1, 3])])
      : try builder.add("Reshape", [input, try builder.constant([0, 0, heads, width / heads])])
    let size = rank == 4 ? width : width / heads
    let given = draft.int("rotary_embedding_dim") ?? 0
    let turned = given == 0 ? size : given
    guard turned % 2 == 0, turned > 0, turned <= size else {
      throw .attribute("RotaryEmbedding cannot rotate \(turned) of \(size) elements")
    }
    let isInterleaved = draft.int("interleaved") ?? 0 != 0
    let half = turned / 2
    let first = try builder.part(x, from: 0, to: isInterleaved ? turned : half, step: isInterleaved ? 2 : 1)
    let second = try builder.part(x, from: isInterleaved ? 1 : half, to: turned, step: isInterleaved ? 2 : 1)
    var angles: [ValueID] = []
    for i in 1...2 {
      var angle = try draft.required(i)
      if let positions = draft.operand(3) { angle = try builder.add("Gather", [angle, positions], ["axis": .int(0)]) }
      angles.append(try builder.add("Unsqueeze", [angle, try builder.constant([2])]))
    }
    func product(_ x: ValueID, _ angle: Int) throws(Diagnostic) -> ValueID {
      try builder.add("Mul", [x, angles[angle]])
    }
    let real = try builder.add("Sub", [try product(first, 0), try product(second, 1)])
    let imaginary = try builder.add("Add", [try product(first, 1), try product(second, 0)])
    var result: ValueID
    if isInterleaved {
      let last = try builder.constant([-1])
      let pairs = [try builder.add("Unsqueeze", [real, last]), try builder.add("Unsqueeze", [imaginary, last])]
      let joined = try builder.add("Concat", pairs, ["axis": .int(-1)])
      result = try builder.add("Reshape", [joined, try builder.constant([0, 0, 0, turned])])
    } else {
      result = try builder.add("Concat", [real, imaginary], ["axis": .int(-1)])
    }
    if turned < size {
      let rest = try builder.part(x, from: turned, to: size, step: 1)
      result = try builder.add("Concat", [result, rest], ["axis": .int(-1)])
    }
    if rank == 4 {
      draft.become("Transpose", [result], ["perm": .ints([0, 2, 1, 3])])
    } else {
      draft.become("Reshape", [result, try builder.constant([0, 0, width])])
    }
  }
}
