import Graph
import KernelRuntime

/// Scaled dot-product attention, softmax(scale · Q · Kᵀ + mask) · V, which reads its operands wherever they lie.
///
/// `extents` lists batch, heads, heads of keys and values, queries, keys, size of queries and keys, size of values. `q`,
/// `k`, `v` and `mask` list where the operand's elements begin and how far apart those of neighbouring batches, heads, rows
/// and elements are. A mask of floats is added; where one of booleans is false, the product is `fill`. `perm` orders the
/// result's dimensions, which are batch, heads, queries and size of values.
enum FusedAttentionOp: FusedOp {
  static var schema: OperatorSchema? {
    OperatorSchema(
      name, inputs: [.one("Q", "T"), .one("K", "T"), .one("V", "T"), .optional("M", "U")], outputs: [.one("Y", "T")],
      attributes: [
        .ints("extents"), .ints("q"), .ints("k"), .ints("v"), .ints("mask"), .float("scale", 1), .int("is_causal", 0),
        .float("fill", -.infinity), .int("blind_is_zero", 0), .ints("perm"),
      ], types: ["T": .tensors(.float), "U": .tensors(.float, .bool)])
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let kernel = try attentionKernel(call)
    let extents = [kernel.batch, kernel.heads, kernel.queries, kernel.valueSize]
    guard kernel.perm.sorted() == [0, 1, 2, 3] else { throw .attribute("perm of \(name) is no order of 4 dimensions") }
    let shape = kernel.perm.map { Dimension(extents[$0]) }
    return [.tensor(TensorType(try call.sameElementType(0...2), shape))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel { try attentionKernel(call) }

  private static func attentionKernel(_ call: OperatorCall) throws(Diagnostic) -> FusedAttentionKernel {
    let extents = try call.ints("extents")
    guard extents.count == 7 else { throw .attribute("extents of \(name) lists \(extents.count) numbers, not 7") }
    func place(_ attribute: String) throws(Diagnostic) -> FusedAttentionKernel.Place {
      let numbers = try call.ints(attribute)
      guard numbers.count == 5 else {
        throw .attribute("\(attribute) of \(name) lists \(numbers.count) numbers, not 5")
      }
      return FusedAttentionKernel.Place(offset: numbers[0], strides: Array(numbers[1...]))
    }
    return FusedAttentionKernel(
      batch: extents[0], heads: extents[1], keyHeads: extents[2], queries: extents[3], keys: extents[4],
      size: extents[5], valueSize: extents[6], q: try place("q"), k: try place("k"), v: try place("v"),
      mask: call.has(3) ? try place("mask") : nil, scale: try call.float("scale"),
      isCausal: try call.flag("is_causal"), fill: try call.float("fill"),
      blindIsZero: try call.flag("blind_is_zero"), perm: try call.ints("perm"))
  }
}
