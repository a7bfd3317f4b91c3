import Graph
import KernelRuntime
import Operators

/// Says MaxPool's indices in operators of the standard.
///
/// The elements at one place of all windows are a strided slice of the padded operand. Going through the places in
/// row-major order, an element takes over where it is greater than the best so far or the first inside the operand:
/// so the first maximum wins, and a NaN stays only where it comes first, as in ONNX Runtime. A slice of the positions,
/// padded alike, goes along and ends up as the index within one channel; behind it the channel's offset is added.
enum MaxPoolIndicesToStandard: RewriteRule {
  static let targets: Set<String>? = ["portable"]

  static func rewrite(_ node: NodeID, in graph: inout Graph) throws(Diagnostic) -> Bool {
    guard graph[node].op == OperatorName("MaxPoolIndices", domain: ResultHalf.domain),
      let call = Inference.call(node, in: graph), let x = graph[node].operands.first ?? nil
    else { return false }
    guard let rank = try call.shape(0)?.count, rank > 2 else {
      throw .unsupported("MaxPool on a tensor of unknown rank")
    }
    let attributes = graph[node].attributes
    return try replace(node, in: &graph) { (builder) throws(Diagnostic) in
      var pool = builder.graph.sibling(OperatorName("MaxPool"), of: node)
      if pool == nil { pool = try builder.add("MaxPool", [x], attributes) }
      guard let pooled = pool else { return nil }
      let windows = try PoolWindows(call, x, pooled, rank: rank, &builder)
      return [try indices(windows, x, pooled, call, &builder)]
    }
  }

  private static func indices(
    _ windows: PoolWindows, _ x: ValueID, _ pooled: ValueID, _ call: OperatorCall, _ builder: inout NodeBuilder
  ) throws(Diagnostic) -> ValueID {
    let positions = try positions(windows, columnMajor: call.flag("storage_order"), &builder)
    let type = try call.elementType(0)
    let values = try windows.padded(x, with: builder.constant(type.lowestValue, type), &builder)
    let places = try windows.padded(positions, with: builder.constant(scalar: -1), &builder)
    let zero = try builder.constant(scalar: 0)
    var best: ValueID?
    var index: ValueID?
    var seen: ValueID?
    for offset in windows.offsets {
      let value = try windows.slice(values, at: offset, &builder)
      let place = try windows.slice(places, at: offset, &builder)
      guard let oldBest = best, let oldIndex = index else {
        (best, index) = (value, place)
        if windows.mayStartOutside { seen = try builder.add("GreaterOrEqual", [place, zero]) }
        continue
      }
      var takes = try builder.add("Greater", [value, oldBest])
      if let before = seen {
        let isInside = try builder.add("GreaterOrEqual", [place, zero])
        let isFirst = try builder.add("And", [isInside, builder.add("Not", [before])])
        takes = try builder.add("Or", [takes, isFirst])
        seen = try builder.add("Or", [before, isInside])
      }
      best = try builder.add("Where", [takes, value, oldBest])
      index = try builder.add("Where", [takes, place, oldIndex])
    }
    guard let index else { throw .shape("MaxPool has an empty kernel") }
    return try builder.add("Add", [index, channelOffsets(windows, x, &builder)])
  }

  /// Each element's position within its channel, with the operand's rank and extents of 1 in front.
  private static func positions(
    _ windows: PoolWindows, columnMajor: Bool, _ builder: inout NodeBuilder
  ) throws(Diagnostic) -> ValueID {
    let axes = Array(windows.extents.indices)
    var stride = try builder.constant([1])
    var sum: ValueID?
    for axis in columnMajor ? axes : axes.reversed() {
      let extent = try builder.add("Squeeze", [windows.extents[axis], builder.constant([0])])
      let range = try builder.add("Range", [builder.constant(scalar: 0), extent, builder.constant(scalar: 1)])
      var shape = Array(repeating: 1, count: axes.count + 2)
      shape[axis + 2] = -1
      let along = try builder.add("Reshape", [builder.add("Mul", [range, stride]), builder.constant(shape)])
      sum = try sum.map { (sum) throws(Diagnostic) in try builder.add("Add", [sum, along]) } ?? along
      stride = try builder.add("Mul", [stride, windows.extents[axis]])
    }
    guard let sum else { throw .shape("MaxPool needs a spatial axis") }
    return sum
  }

  /// The offset of each channel's first element, of shape [N, C, 1, ...].
  private static func channelOffsets(
    _ windows: PoolWindows, _ x: ValueID, _ builder: inout NodeBuilder
  ) throws(Diagnostic) -> ValueID {
    let leading = try builder.add("Shape", [x], ["start": .int(0), "end": .int(2)])
    let count = try builder.add("ReduceProd", [leading], ["keepdims": .int(0)])
    var size = try builder.constant([1])
    for extent in windows.extents { size = try builder.add("Mul", [size, extent]) }
    let range = try builder.add("Range", [builder.constant(scalar: 0), count, builder.constant(scalar: 1)])
    let ones = try builder.constant(Array(repeating: 1, count: windows.extents.count))
    let shape = try builder.add("Concat", [leading, ones], ["axis": .int(0)])
    return try builder.add("Reshape", [builder.add("Mul", [range, size]), shape])
  }
}

/// The windows of a pooling as values of a graph: extents, padding and slices, whether known or found at run time.
private struct PoolWindows {
  /// The operand's spatial extents, each of shape [1].
  let extents: [ValueID]
  /// The places of a window in row-major order, dilation included.
  let offsets: [[Int]]
  /// Whether a window's first place may lie outside the operand.
  let mayStartOutside: Bool
  private let strides: [Int]
  private let pads: ValueID
  /// The span of the slice along each axis: the distance from the first window's start to the last's, plus one.
  private let spans: ValueID

  init(
    _ call: OperatorCall, _ x: ValueID, _ pooled: ValueID, rank: Int, _ builder: inout NodeBuilder
  ) throws(Diagnostic) {
    let spatial = rank - 2
    let kernel = try call.ints("kernel_shape")
    let strides = try call.optionalInts("strides") ?? Array(repeating: 1, count: spatial)
    let dilations = try call.optionalInts("dilations") ?? Array(repeating: 1, count: spatial)
    let mode = try call.string("auto_pad")
    let explicit = try call.optionalInts("pads") ?? Array(repeating: 0, count: 2 * spatial)
    guard kernel.count == spatial, strides.count == spatial, dilations.count == spatial,
      explicit.count == 2 * spatial
    else { throw .attribute("MaxPool's attributes do not fit a tensor of \(rank) dimensions") }
    guard kernel.reduce(1, { $0.multipliedReportingOverflow(by: $1).partialValue }) <= 4096 else {
      throw .unsupported("MaxPool with a kernel of more than 4096 elements")
    }
    self.strides = strides
    offsets = Self.product(kernel).map { place in zip(place, dilations).map { $0 * $1 } }
    let isSame = mode.hasPrefix("SAME")
    mayStartOutside = isSame || (mode == "NOTSET" && explicit.prefix(spatial).contains { $0 > 0 })

    var extents: [ValueID] = []
    var starts: [ValueID] = []
    var ends: [ValueID] = []
    var spans: [ValueID] = []
    let one = try builder.constant([1])
    let zero = try builder.constant([0])
    for axis in 0..<spatial {
      func extent(_ value: ValueID, _ builder: inout NodeBuilder) throws(Diagnostic) -> ValueID {
        try builder.add("Shape", [value], ["start": .int(axis + 2), "end": .int(axis + 3)])
      }
      let input = try extent(x, &builder)
      let output = try extent(pooled, &builder)
      let last = try builder.add("Mul", [builder.add("Sub", [output, one]), builder.constant([strides[axis]])])
      let span = try builder.add("Add", [last, one])
      let reach = try builder.add("Add", [span, builder.constant([(kernel[axis] - 1) * dilations[axis]])])
      let start: ValueID
      if isSame {
        // All the padding that the last window needs, halved; the odd one goes before or behind.
        let total = try builder.add("Max", [builder.add("Sub", [reach, input]), zero])
        let rounding = try builder.constant([mode == "SAME_LOWER" ? 1 : 0])
        start = try builder.add("Div", [builder.add("Add", [total, rounding]), builder.constant([2])])
      } else {
        start = try builder.constant([mode == "VALID" ? 0 : explicit[axis]])
      }
      let behind = try builder.add("Sub", [builder.add("Sub", [reach, input]), start])
      extents.append(input)
      starts.append(start)
      ends.append(try builder.add("Max", [behind, zero]))
      spans.append(span)
    }
    let none = try builder.constant([0, 0])
    pads = try builder.add("Concat", [none] + starts + [none] + ends, ["axis": .int(0)])
    self.spans = try builder.add("Concat", spans, ["axis": .int(0)])
    self.extents = extents
  }

  func padded(_ value: ValueID, with fill: ValueID, _ builder: inout NodeBuilder) throws(Diagnostic) -> ValueID {
    if let known = builder.graph[pads].constant?.integers, known.allSatisfy({ $0 == 0 }) { return value }
    return try builder.add("Pad", [value, pads, fill])
  }

  /// What lies at one place of all windows.
  func slice(_ value: ValueID, at offset: [Int], _ builder: inout NodeBuilder) throws(Diagnostic) -> ValueID {
    let starts = try builder.constant(offset)
    return try builder.add(
      "Slice",
      [
        value, starts, builder.add("Add", [starts, spans]), builder.constant(Array(2..<offset.count + 2)),
        builder.constant(strides),
      ])
  }

  private static func product(_ extents: [Int]) -> [[Int]] {
    extents.reduce([[]]) { lists, extent in lists.flatMap { list in (0..<max(extent, 0)).map { list + [$0] } } }
  }
}

extension ElementType {
  /// The least value: what padding must hold so that it never is a maximum.
  fileprivate var lowestValue: Double {
    switch self {
    case .int8: -128
    case .uint8: 0
    default: -.infinity
    }
  }
}

extension Graph {
  /// The result of an operator with the same operands and attributes as a node, if one stands before it.
  fileprivate func sibling(_ op: OperatorName, of node: NodeID) -> ValueID? {
    let record = self[node]
    for other in nodes(in: record.region) {
      if other == node { return nil }
      let candidate = self[other]
      if candidate.op == op && candidate.operands == record.operands && candidate.attributes == record.attributes {
        return candidate.results.first
      }
    }
    return nil
  }
}
