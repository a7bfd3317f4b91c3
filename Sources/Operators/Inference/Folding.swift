import Graph
import KernelRuntime

/// Finds results that do not depend on the model's inputs.
public enum Folding {
  /// A result larger than its operands together and this many bytes is not computed ahead: the file or the program
  /// would grow for little.
  static let growthLimit = 1 << 20

  /// Operators whose results are constants in another type.
  private static let conversions: Set = [OperatorName("Cast"), OperatorName("DequantizeLinear")]

  private static let narrow: Set<ElementType?> = [.int8, .uint8, .float16, .bfloat16]

  /// All results of a node, when they can be computed ahead; else nil.
  ///
  /// - Parameter converting: whether constants of 8 or 16 bits are converted to wider types however large they are, as
  ///   kernels want them. Those of fewer bits would grow beyond measure.
  public static func results(of node: NodeID, in graph: Graph, converting: Bool = false) -> [Tensor]? {
    knownResults(node, graph) ?? computedResults(node, graph, converting)
  }

  /// The results that inference found already.
  private static func knownResults(_ node: NodeID, _ graph: Graph) -> [Tensor]? {
    var tensors: [Tensor] = []
    for result in graph[node].results {
      guard case .tensor(let tensor)? = graph[result].elements, tensor.spec == graph[result].type?.tensor?.spec else {
        return nil
      }
      tensors.append(tensor)
    }
    return tensors
  }

  /// The results of a node whose operands are constants.
  private static func computedResults(_ node: NodeID, _ graph: Graph, _ converting: Bool) -> [Tensor]? {
    let record = graph[node]
    guard let entry = OperatorRegistry.entry(record.op), record.regions.isEmpty else { return nil }
    var values: [RuntimeValue?] = []
    var operandBytes = 0
    for operand in record.operands {
      guard let operand else {
        values.append(nil)
        continue
      }
      guard let tensor = graph[operand].constant else { return nil }
      operandBytes += tensor.byteCount
      values.append(.tensor(tensor))
    }
    guard let call = Inference.call(node, in: graph) else { return nil }
    let resultBytes = record.results.reduce(0) { $0 + (graph[$1].type?.tensor?.spec?.byteCount ?? 0) }
    let isConversion =
      converting && conversions.contains(record.op) && narrow.contains(call.operands[0]?.type.tensor?.elementType)
    guard isConversion || resultBytes <= max(operandBytes, growthLimit) else { return nil }
    let tensors = entry.evaluate(call, values).compactMap { $0 }
    return tensors.count >= record.results.count ? tensors : nil
  }
}
