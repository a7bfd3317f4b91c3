import KernelRuntime

/// Whether the relation `greater` holds, element by element.
enum GreaterOp: ComparisonOp {
  static func function(_ call: OperatorCall) -> BinaryFunction { .greater }
}
