import Graph
import KernelRuntime
import Operators

/// Folds a BatchNormalization of constant parameters into the weights and the bias of the convolution before it.
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
      graph.onlyUser(x) == node, let conv = graph[x].producer, graph[conv].op == OperatorName("Conv")
    else { return }
    let convolution = graph[conv]
    func floats(_ value: ValueID?) -> [Float]? { value.flatMap { graph[$0].constant?.elements(as: Float.self) } }
    guard let weights = convolution.operands[1].flatMap({ graph[$0].constant }), weights.type == .float,
      let shape = convolution.operands[1].flatMap({ graph.extents($0) }),
      let scale = floats(record.operands[1]), let bias = floats(record.operands[2]),
      let mean = floats(record.operands[3]), let variance = floats(record.operands[4]),
      let outputs = shape.first, outputs > 0,
      [scale, bias, mean, variance].allSatisfy({ $0.count == outputs })
    else { return }
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
      (newW, newB) = (try scaled(weights, by: factors), try Tensor(newBias, shape: [outputs]))
    } catch {
      throw Diagnostic(error)
    }
    // The old weights may serve other nodes.
    graph.setOperands(of: conv, to: [convolution.operands[0], graph.addConstant(newW), graph.addConstant(newB)])
    graph.replaceUses(of: record.results[0], with: x)
    graph.remove(node)
  }

  /// Weights with a factor for each of their first dimension's indices. They are read as they lie in the file, and the
  /// file's pages given back.
  private static func scaled(_ weights: Tensor, by factors: [Double]) throws(KernelError) -> Tensor {
    let perOutput = weights.count / factors.count
    let bytes = weights.storedBytes
    let result = try Tensor(weights.spec) { address in
      let result = address.assumingMemoryBound(to: Float.self)
      for (output, factor) in factors.enumerated() {
        for i in output * perOutput..<(output + 1) * perOutput {
          result[i] = Float(Double(bytes.loadUnaligned(fromByteOffset: 4 * i, as: Float.self)) * factor)
        }
      }
    }
    weights.buffer.discard(offset: weights.byteOffset, count: weights.byteCount)
    return result
  }
}
