import Graph
import KernelRuntime

/// A tensor with another written over a part of it, as a cache of keys or values takes new ones.
enum TensorScatterOp: OperatorDefinition {
  private enum Mode: String {
    case linear, circular
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    _ = try call.sameElementType(0...1)
    if let cache = try call.shape(0), let update = try call.shape(1, rank: cache.count) {
      let axis = try call.axis(call.int("axis"), rank: cache.count)
      guard axis > 0 else { throw .attribute("axis of \(name) is the one that counts the batches") }
      for d in cache.indices where d != axis { _ = try call.unify(cache[d], update[d], "extents on axis \(d)") }
      if let room = cache[axis].value, let length = update[axis].value, length > room {
        throw .shape("\(name) writes \(length) elements over \(room)")
      }
    }
    return [try call.type(0)]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    TensorScatterKernel(axis: try call.int("axis"), isCircular: try call.choice("mode", of: Mode.self) == .circular)
  }
}
