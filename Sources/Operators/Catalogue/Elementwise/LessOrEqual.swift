import KernelRuntime

/// Whether the relation `lessOrEqual` holds, element by element.
enum LessOrEqualOp: ComparisonOp {
  static func function(_ call: OperatorCall) -> BinaryFunction { .lessOrEqual }
}
