import Graph

/// Until then there was a batch axis before the axis that is scanned, and each element of the batch could have a length
/// of its own. Now a Scan over the batch holds one over the sequence.
enum Scan_8_9: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    guard draft.operand(0) == nil else {
      throw .unsupported("Scan of version 8 with lengths of its own for each element of the batch")
    }
    let operands = Array(draft.operands.dropFirst())
    guard let count = draft.int("num_scan_inputs"), (1...operands.count).contains(count) else {
      throw .attribute("attribute \"num_scan_inputs\" of Scan is not between 1 and the number of its inputs")
    }
    if let directions = draft.attributes.removeValue(forKey: "directions") {
      draft.attributes["scan_input_directions"] = directions
    }
    let body = builder.graph.addRegion()
    var inputs: [ValueID] = []
    for operand in operands {
      let type = operand.flatMap { builder.type($0)?.tensor }.map { $0.droppingFirstAxis() }
      inputs.append(builder.graph.addInput("element", type.map { .tensor($0) }, to: body))
    }
    let sequence = builder.graph.addNode(
      draft.op, inputs, draft.attributes, results: draft.results.map { _ in "" }, provenance: builder.provenance,
      in: body)
    for result in builder.graph[sequence].results {
      builder.graph.addOutput(builder.graph[result].name, result, to: body)
    }
    draft.become("Scan", operands, ["body": .region(body), "num_scan_inputs": .int(operands.count)])
  }
}

extension TensorType {
  /// The type of the tensor's parts along its first axis.
  fileprivate func droppingFirstAxis() -> TensorType { TensorType(elementType, shape.map { Array($0.dropFirst()) }) }
}
