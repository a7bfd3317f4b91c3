import Graph
import KernelRuntime

/// Pairs of elements rotated by angles that depend on their position in a sequence.
enum RotaryEmbeddingOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    _ = try call.sameElementType(0...2)
    if let rank = try call.tensor(0).rank, rank != 3 && rank != 4 {
      throw .shape("input 0 of RotaryEmbedding must have 3 or 4 dimensions, not \(rank)")
    }
    return [try call.type(0)]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    RotaryEmbeddingKernel(
      interleaved: try call.flag("interleaved"), numHeads: try call.optionalInt("num_heads") ?? 0,
      rotaryEmbeddingDim: try call.int("rotary_embedding_dim"))
  }
}
