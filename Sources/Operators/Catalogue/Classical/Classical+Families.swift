import Graph
import KernelRuntime

/// An operator of ai.onnx.ml, the standard's domain for classical models.
protocol ClassicalOp: OperatorDefinition {}

extension ClassicalOp {
  static var domain: String { "ai.onnx.ml" }
}

/// A classifier: its results are each row's class and scores.
protocol ClassifierOp: ClassicalOp {
  /// How many scores a row has, when the attributes tell.
  static func scoreCount(_ call: OperatorCall) throws(Diagnostic) -> Int
  /// The attribute that lists the classes as integers.
  static var integerLabels: String { get }
}

extension ClassifierOp {
  static var integerLabels: String { "classlabels_ints" }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let rows = try call.rowCount()
    return [
      .tensor(TensorType(try call.labels(integerLabels, "classlabels_strings").type, [rows])),
      .tensor(TensorType(.float, [rows, Dimension(try scoreCount(call))])),
    ]
  }
}

/// A regressor: its result is a row of floats for each row of features.
protocol RegressorOp: ClassicalOp {
  static func targetCount(_ call: OperatorCall) throws(Diagnostic) -> Int
}

extension RegressorOp {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let count = try targetCount(call)
    guard count >= 0 else { throw .attribute("\(name) has \(count) targets") }
    return [.tensor(TensorType(.float, [try call.rowCount(), Dimension(count)]))]
  }
}

extension OperatorCall {
  /// The number of rows of features, of which a tensor with one dimension is one.
  func rowCount() throws(Diagnostic) -> Dimension {
    guard let x = try shape(0) else { return .local("rows") }
    switch x.count {
    case 1: return 1
    case 2: return x[0]
    default: throw .shape("the features of \(op) must have one or two dimensions, not \(x.count)")
    }
  }

  /// The names of classes, of which one of two attributes has some.
  func labels(_ integers: String, _ strings: String) throws(Diagnostic) -> ClassLabels {
    let numbers = try optionalInts(integers) ?? []
    let names = try optionalStrings(strings) ?? []
    guard numbers.isEmpty || names.isEmpty else {
      throw .attribute("\(op) must have one of \(integers) and \(strings), not both")
    }
    return names.isEmpty ? .integers(numbers.map { Int64($0) }) : .strings(names)
  }

  func postTransform() throws(Diagnostic) -> PostTransform { try choice("post_transform") }

  /// The numbers of an attribute that may be floats or a tensor.
  func numbers(_ attribute: String) throws(Diagnostic) -> [Double] {
    if let tensor = try optionalTensor("\(attribute)_as_tensor") {
      guard let numbers = tensor.doubles else { throw .attribute("\(attribute)_as_tensor of \(op) holds no numbers") }
      return numbers
    }
    return try (optionalFloats(attribute) ?? []).map(Double.init)
  }

  /// The numbers of a tensor attribute that must be there.
  func requiredNumbers(_ attribute: String) throws(Diagnostic) -> [Double] {
    guard let tensor = try optionalTensor(attribute), let numbers = tensor.doubles else {
      throw .attribute("\(op) lacks its attribute \"\(attribute)\"")
    }
    return numbers
  }
}
