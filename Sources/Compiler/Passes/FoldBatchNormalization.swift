import Graph
import KernelRuntime
import Operators

/// Folds a BatchNormalization of constant parameters into the weights and the bias of the convolution before it, transposed
/// or not.
enum FoldBatchNormalization {
  static func run(on graph: inout Graph) throws(Diagnostic) {
    for node in graph.allNodes() where graph[node].op == OperatorName("BatchNormalization") {
      try fold(node, &graph)
    }
  }

  private static func fold(_ node: NodeID, _ graph: inout Graph) throws(Diagnostic) {
    let record = graph[node]
    guard record.results.count == 1, record.operands.count == 5, let x = record.operands[0],
      let call = Inference.call(node, in: graph), try !call.flag("training_mode"),
      graph.onlyUser(x) == node, let conv = graph[x].producer, let group = try Self.group(of: conv, graph)
    else { return }
    let convolution = graph[conv]
    let isTransposed = convolution.op == OperatorName("ConvTranspose")
    func floats(_ value: ValueID?) -> [Float]? { value.flatMap { graph[$0].constant?.elements(as: Float.self) } }
    guard let weights = convolution.operands[1].flatMap({ graph[$0].constant }), weights.type == .float,
      let shape = convolution.operands[1].flatMap({ graph.extents($0) }), shape.count > 2, shape[0] % group == 0,
      let scale = floats(record.operands[1]), let bias = floats(record.operands[2]),
      let mean = floats(record.operands[3]), let variance = floats(record.operands[4]),
      !scale.isEmpty, [bias, mean, variance].allSatisfy({ $0.count == scale.count })
    else { return }
    let outputs = scale.count
    guard isTransposed ? shape[1] == outputs / group && outputs % group == 0 : shape[0] == outputs else { return }
    let ownBias = convolution.operands.count > 2 ? convolution.operands[2] : nil
    guard let old = ownBias == nil ? Array(repeating: 0, count: outputs) : floats(ownBias) else { return }
    let epsilon = Double(try call.float("epsilon"))
    let factors = (0..<outputs).map { Double(scale[$0]) / (Double(variance[$0]) + epsilon).squareRoot() }
    let newBias = (0..<outputs).map { o -> Float in
      let centered = Double(old[o]) - Double(mean[o])
      return Float(centered * factors[o] + Double(bias[o]))
    }
    let (newW, newB): (Tensor, Tensor)
    do throws(KernelError) {
      // A transposed convolution's weights have the outputs of its group for each channel.
      let factorsOfRows =
        !isTransposed
        ? factors
        : (0..<shape[0]).flatMap { channel -> ArraySlice<Double> in
          let first = channel / (shape[0] / group) * shape[1]
          return factors[first..<first + shape[1]]
        }
      (newW, newB) = (try scaled(weights, by: factorsOfRows), try Tensor(newBias, shape: [outputs]))
    } catch {
      throw Diagnostic(error)
    }
    // The old weights may serve other nodes.
    graph.setOperands(of: conv, to: [convolution.operands[0], graph.addConstant(newW), graph.addConstant(newB)])
    graph.replaceUses(of: record.results[0], with: x)
    graph.remove(node)
  }

  /// The number of groups of a convolution, transposed or not; nil for another node.
  private static func group(of node: NodeID, _ graph: Graph) throws(Diagnostic) -> Int? {
    guard graph[node].op == OperatorName("Conv") || graph[node].op == OperatorName("ConvTranspose"),
      let group = try Inference.call(node, in: graph)?.int("group"), group > 0
    else { return nil }
    return group
  }

  /// Weights with a factor for each of as many equal parts. They are read as they lie in the file, and the file's pages
  /// given back.
  private static func scaled(_ weights: Tensor, by factors: [Double]) throws(KernelError) -> Tensor {
    guard !factors.isEmpty else { return weights }
    let part = weights.count / factors.count
    let bytes = weights.storedBytes
    let result = try Tensor(weights.spec) { address in
      let result = address.assumingMemoryBound(to: Float.self)
      for (index, factor) in factors.enumerated() {
        for i in index * part..<(index + 1) * part {
          result[i] = Float(Double(bytes.loadUnaligned(fromByteOffset: 4 * i, as: Float.self)) * factor)
        }
      }
    }
    weights.buffer.discard(offset: weights.byteOffset, count: weights.byteCount)
    return result
  }
}
