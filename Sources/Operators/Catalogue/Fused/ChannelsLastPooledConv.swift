import Graph
import KernelRuntime

/// A fused convolution of images with channels last, then a MaxPool of what it gives. Attributes whose names start with
/// "pool_" are the pool's.
enum ChannelsLastPooledConvOp: FusedOp {
  static var schema: OperatorSchema? {
    let pool = OperatorSchema.poolAttributes.map {
      OperatorSchema.Attribute(
        name: prefix + $0.name, kind: $0.kind, isRequired: $0.isRequired, defaultValue: $0.defaultValue)
    }
    return OperatorSchema(
      name, inputs: [.one("X", "T"), .one("W", "T"), .optional("B", "T")], outputs: [.one("Y", "T")],
      attributes: FusedConvOp.attributes + pool, types: ["T": .tensors(.float)])
  }

  private static let prefix = "pool_"

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    [try ChannelsLastMaxPoolOp.infer(pool(call))[0]]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    ChannelsLastPooledConvKernel(try FusedConvOp.convKernel(call), try MaxPoolOp.poolKernel(pool(call)))
  }

  /// The pool as a call of its own.
  private static func pool(_ call: OperatorCall) throws(Diagnostic) -> OperatorCall {
    let attributes = call.attributes.filter { $0.key.hasPrefix(prefix) }
    return OperatorCall(
      op: ChannelsLastMaxPoolOp.name,
      attributes: Dictionary(
        uniqueKeysWithValues: attributes.map { (String($0.key.dropFirst(prefix.count)), $0.value) }),
      operands: try ChannelsLastConvOp.infer(call).map { OperatorCall.Operand(type: $0) }, resultCount: 1)
  }
}
