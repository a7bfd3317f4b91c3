import Graph
import KernelRuntime

/// An operator that slides a window over its operand's spatial dimensions and reduces what it covers.
protocol PoolOp: OperatorDefinition {
  static var function: PoolFunction { get }
}

extension PoolOp {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    [try call.tensorType(like: 0, pooledShape(call))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel { try poolKernel(call) }

  static func pooledShape(_ call: OperatorCall) throws(Diagnostic) -> [Dimension]? {
    let window = try WindowAttributes(call)
    guard let x = try call.shape(0, minimumRank: 3) else {
      return call.unknownShape(rank: window.kernelShape.count + 2)
    }
    return try Array(x[..<2])
      + window.places(on: Array(x[2...]), kernel: window.kernelShape.map { Dimension($0) }, call)
  }

  static func poolKernel(_ call: OperatorCall) throws(Diagnostic) -> PoolKernel {
    let window = try WindowAttributes(call)
    return PoolKernel(
      function: function, kernelShape: window.kernelShape, strides: window.strides, dilations: window.dilations,
      pads: window.pads, autoPad: window.autoPad, ceilMode: window.ceilMode)
  }
}

/// An operator that reduces all spatial dimensions of its operand.
protocol GlobalPoolOp: OperatorDefinition {
  static var function: PoolFunction { get }
}

extension GlobalPoolOp {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let x = try call.shape(0, minimumRank: 2)
    return [try call.tensorType(like: 0, x.map { $0[..<2] + Array(repeating: 1, count: $0.count - 2) })]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel { GlobalPoolKernel(function: function) }
}
