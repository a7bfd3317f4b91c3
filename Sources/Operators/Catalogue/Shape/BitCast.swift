import Graph
import KernelRuntime

/// Its operand's bits as elements of another type of the same width.
enum BitCastOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let (from, to) = (try call.elementType(0), try call.elementType("to"))
    guard let width = from.storedBitWidth, width == to.storedBitWidth else {
      throw .type("BitCast cannot read \(from.name) as \(to.name): their widths differ")
    }
    return [.tensor(TensorType(to, try call.shape(0)))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    BitCastKernel(to: try call.elementType("to"))
  }
}
