internal import COnnxProto
internal import Graph

/// A named argument of a node that is known before the run. Which of the fields holds it is said by `type`.
public struct AttributeProto: Equatable, Sendable {
  /// The kind of an attribute's value: one of the constants below, or a number that a later version of ONNX defines.
  public struct AttributeType: RawRepresentable, Hashable, Sendable {
    /// The number in the file.
    public var rawValue: Int32
    /// The kind of that number.
    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// No kind.
    public static let undefined = Self(rawValue: 0)
    /// The value is `f`.
    public static let float = Self(rawValue: 1)
    /// The value is `i`.
    public static let int = Self(rawValue: 2)
    /// The value is `s`.
    public static let string = Self(rawValue: 3)
    /// The value is `t`.
    public static let tensor = Self(rawValue: 4)
    /// The value is `g`.
    public static let graph = Self(rawValue: 5)
    /// The value is `floats`.
    public static let floats = Self(rawValue: 6)
    /// The value is `ints`.
    public static let ints = Self(rawValue: 7)
    /// The value is `strings`.
    public static let strings = Self(rawValue: 8)
    /// The value is `tensors`.
    public static let tensors = Self(rawValue: 9)
    /// The value is `graphs`.
    public static let graphs = Self(rawValue: 10)
    /// The value is `sparseTensor`.
    public static let sparseTensor = Self(rawValue: 11)
    /// The value is `sparseTensors`.
    public static let sparseTensors = Self(rawValue: 12)
    /// The value is `tp`.
    public static let typeProto = Self(rawValue: 13)
    /// The value is `typeProtos`.
    public static let typeProtos = Self(rawValue: 14)
  }

  /// The attribute's name.
  public var name: String?
  /// In a function's body: the function's attribute that gives the value.
  public var refAttrName: String?
  /// A text for people.
  public var docString: String?
  /// Which of the fields below holds the value; absent in the oldest models.
  public var type: AttributeType?
  /// A float.
  public var f: Float?
  /// An integer.
  public var i: Int?
  /// A string, in UTF-8 by convention only.
  public var s: [UInt8]?
  /// A tensor.
  public var t: TensorProto? {
    get { tensorBox.value }
    set { tensorBox = Indirect(newValue) }
  }
  /// A graph.
  public var g: GraphProto? {
    get { graphBox.value }
    set { graphBox = Indirect(newValue) }
  }
  /// A sparse tensor.
  public var sparseTensor: SparseTensorProto? {
    get { sparseTensorBox.value }
    set { sparseTensorBox = Indirect(newValue) }
  }
  /// A type.
  public var tp: TypeProto?
  /// Floats.
  public var floats: [Float] = []
  /// Integers.
  public var ints: [Int] = []
  /// Strings, in UTF-8 by convention only.
  public var strings: [[UInt8]] = []
  /// Tensors.
  public var tensors: [TensorProto] = []
  /// Graphs.
  public var graphs: [GraphProto] = []
  /// Sparse tensors.
  public var sparseTensors: [SparseTensorProto] = []
  /// Types.
  public var typeProtos: [TypeProto] = []
  /// Fields beyond the schema.
  public var unknownFields: [UnknownField] = []

  private var tensorBox = Indirect<TensorProto>(nil)
  private var graphBox = Indirect<GraphProto>(nil)
  private var sparseTensorBox = Indirect<SparseTensorProto>(nil)

  /// A message without anything.
  public init() {}

  private init(_ name: String, _ type: AttributeType) {
    self.name = name
    self.type = type
  }

  /// A float attribute.
  public init(_ name: String, f: Float) {
    self.init(name, .float)
    self.f = f
  }

  /// An integer attribute.
  public init(_ name: String, i: Int) {
    self.init(name, .int)
    self.i = i
  }

  /// A string attribute.
  public init(_ name: String, s: String) {
    self.init(name, .string)
    self.s = Array(s.utf8)
  }

  /// A string attribute of any bytes.
  public init(_ name: String, s: [UInt8]) {
    self.init(name, .string)
    self.s = s
  }

  /// A tensor attribute.
  public init(_ name: String, t: TensorProto) {
    self.init(name, .tensor)
    self.t = t
  }

  /// A graph attribute.
  public init(_ name: String, g: GraphProto) {
    self.init(name, .graph)
    self.g = g
  }

  /// A sparse tensor attribute.
  public init(_ name: String, sparseTensor: SparseTensorProto) {
    self.init(name, .sparseTensor)
    self.sparseTensor = sparseTensor
  }

  /// A type attribute.
  public init(_ name: String, tp: TypeProto) {
    self.init(name, .typeProto)
    self.tp = tp
  }

  /// An attribute of several floats.
  public init(_ name: String, floats: [Float]) {
    self.init(name, .floats)
    self.floats = floats
  }

  /// An attribute of several integers.
  public init(_ name: String, ints: [Int]) {
    self.init(name, .ints)
    self.ints = ints
  }

  /// An attribute of several strings.
  public init(_ name: String, strings: [String]) {
    self.init(name, .strings)
    self.strings = strings.map { Array($0.utf8) }
  }

  /// An attribute of several strings of any bytes.
  public init(_ name: String, strings: [[UInt8]]) {
    self.init(name, .strings)
    self.strings = strings
  }

  /// An attribute of several tensors.
  public init(_ name: String, tensors: [TensorProto]) {
    self.init(name, .tensors)
    self.tensors = tensors
  }

  /// An attribute of several graphs.
  public init(_ name: String, graphs: [GraphProto]) {
    self.init(name, .graphs)
    self.graphs = graphs
  }

  /// An attribute of several types.
  public init(_ name: String, typeProtos: [TypeProto]) {
    self.init(name, .typeProtos)
    self.typeProtos = typeProtos
  }

  /// In a function's body: an attribute whose value is that of the function's attribute `reference`.
  public init(_ name: String, type: AttributeType, reference: String) {
    self.init(name, type)
    refAttrName = reference
  }
}

/// A value kept out of line: most attributes have none of the large ones, and there are many attributes.
private enum Indirect<Value: Equatable & Sendable>: Equatable, Sendable {
  case none
  indirect case some(Value)

  init(_ value: Value?) {
    if let value { self = .some(value) } else { self = .none }
  }

  var value: Value? {
    if case .some(let value) = self { value } else { nil }
  }
}

extension AttributeProto: WireMessage {
  static var initialize: Initializer<Onnx__AttributeProto> { onnx__attribute_proto__init }

  mutating func transfer(_ c: inout Onnx__AttributeProto, _ f: some FieldCodec) throws(Diagnostic) {
    try f.field(&name, &c.name, &c.has_name)
    try f.field(&refAttrName, &c.ref_attr_name, &c.has_ref_attr_name)
    try f.field(&docString, &c.doc_string, &c.has_doc_string)
    try f.field(&type, &c.type, &c.has_type)
    try f.field(&self.f, &c.f, &c.has_f)
    try f.field(&i, &c.i, &c.has_i)
    try f.field(&s, &c.s, &c.has_s)
    try f.field(&t, &c.t)
    try f.field(&g, &c.g)
    try f.field(&sparseTensor, &c.sparse_tensor)
    try f.field(&tp, &c.tp)
    try f.field(&floats, &c.floats, &c.n_floats)
    try f.field(&ints, &c.ints, &c.n_ints)
    try f.field(&strings, &c.strings, &c.n_strings)
    try f.field(&tensors, &c.tensors, &c.n_tensors)
    try f.field(&graphs, &c.graphs, &c.n_graphs)
    try f.field(&sparseTensors, &c.sparse_tensors, &c.n_sparse_tensors)
    try f.field(&typeProtos, &c.type_protos, &c.n_type_protos)
    try f.field(&unknownFields, &c.base)
  }
}
