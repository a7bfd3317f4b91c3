import KernelRuntime

/// Whether the relation `greaterOrEqual` holds, element by element.
enum GreaterOrEqualOp: ComparisonOp {
  static func function(_ call: OperatorCall) -> BinaryFunction { .greaterOrEqual }
}
