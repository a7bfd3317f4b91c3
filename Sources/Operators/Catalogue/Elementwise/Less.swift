import KernelRuntime

/// Whether the relation `less` holds, element by element.
enum LessOp: ComparisonOp {
  static func function(_ call: OperatorCall) -> BinaryFunction { .less }
}
