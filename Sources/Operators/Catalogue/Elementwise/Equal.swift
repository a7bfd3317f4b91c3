import KernelRuntime

/// Whether the relation `equal` holds, element by element.
enum EqualOp: ComparisonOp {
  static func function(_ call: OperatorCall) -> BinaryFunction { .equal }
}
