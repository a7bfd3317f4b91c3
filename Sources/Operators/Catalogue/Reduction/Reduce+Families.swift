import Graph
import KernelRuntime

/// An operator that combines the elements along some axes into one.
protocol ReduceOp: OperatorDefinition {
  static var function: ReduceFunction { get }
}

extension ValuePropagation {
  /// The operator combines all elements of a vector into one.
  static func reduction(_ combine: @escaping @Sendable (Dimension, Dimension) -> Dimension) -> ValuePropagation {
    .custom { call in
      guard let x = call.operands.first??.elements?.dimensions, x.shape.count == 1, let first = x.elements.first,
        let axes = call.has(1) ? call.integers(1) : [], let keeps = try? call.flag("keepdims"),
        let isIdentity = try? axes.isEmpty && call.flag("noop_with_empty_axes"), !isIdentity
      else { return nil }
      return SymbolicTensor(shape: keeps ? [1] : [], elements: [x.elements.dropFirst().reduce(first, combine)])
    }
  }
}

extension ReduceOp {
  static var dimensionOrder: DimensionOrder { .axesOperand(1) }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let keeps = try call.flag("keepdims")
    guard let shape = try call.shape(0) else { return [try call.tensorType(like: 0, nil)] }
    guard !call.has(1) || call.integers(1) != nil else {
      if keeps { return [try call.tensorType(like: 0, call.unknownShape(rank: shape.count))] }
      // No axes may mean all of them.
      let count = try call.length(1).flatMap { $0 == 0 ? nil : max(0, shape.count - $0) }
      return [try call.tensorType(like: 0, call.unknownShape(rank: count))]
    }
    var axes = try call.axes(call.integers(1) ?? [], rank: shape.count)
    if axes.isEmpty {
      if try call.flag("noop_with_empty_axes") { return [try call.type(0)] }
      axes = Array(shape.indices)
    }
    return [try call.tensorType(like: 0, call.reduced(shape, axes: axes, keepsDimensions: keeps))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    ReduceKernel(
      function: function, keepDims: try call.flag("keepdims"),
      noopWithEmptyAxes: try call.flag("noop_with_empty_axes"))
  }
}

/// An operator that finds the place of the greatest or least element along an axis.
protocol ArgReduceOp: OperatorDefinition {
  static var isMax: Bool { get }
}

extension ArgReduceOp {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let keeps = try call.flag("keepdims")
    guard let shape = try call.shape(0) else { return [.tensor(TensorType(.int64, nil))] }
    let axis = try call.axis(call.int("axis"), rank: shape.count)
    return [.tensor(TensorType(.int64, call.reduced(shape, axes: [axis], keepsDimensions: keeps)))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    ArgReduceKernel(
      isMax: isMax, axis: try call.int("axis"), keepDims: try call.flag("keepdims"),
      selectLastIndex: try call.flag("select_last_index"))
  }
}

extension OperatorCall {
  /// A shape with some extents reduced to 1, or dropped.
  func reduced(_ shape: [Dimension], axes: [Int], keepsDimensions: Bool) -> [Dimension] {
    shape.indices.compactMap { axes.contains($0) ? (keepsDimensions ? 1 : nil) : shape[$0] }
  }
}

/// An operator that works along one axis and changes no type.
protocol AxisOp: OperatorDefinition {}

extension AxisOp {
  static var dimensionOrder: DimensionOrder { .axis }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    if let shape = try call.shape(0) { _ = try call.axis(call.int("axis"), rank: shape.count) }
    return [try call.type(0)]
  }
}

/// An operator that accumulates elements along an axis which an operand names.
protocol CumulativeOp: OperatorDefinition {}

extension CumulativeOp {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    if let shape = try call.shape(0), let axis = call.integers(1)?.first {
      _ = try call.axis(axis, rank: shape.count)
    }
    return [.tensor(try call.tensor(0))]
  }
}
