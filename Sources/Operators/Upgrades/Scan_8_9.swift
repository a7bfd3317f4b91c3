import Graph

/// Until then there was a batch axis before the axis that is scanned, and each element of the batch could have a length
/// of its own. Now a Scan over the batch holds one over the sequence.
enum Scan_8_9: Upgrade {
  static func adapt(_ draft: inout NodeDraft, _ builder: inout NodeBuilder) throws(Diagnostic) {
    var operands = Array(draft.operands.dropFirst())
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
    func add(_ op: OperatorName, _ operands: [ValueID?], _ attributes: [String: AttributeValue], _ count: Int)
      -> [ValueID]
    {
      let node = builder.graph.addNode(
        op, operands, attributes, results: Array(repeating: "", count: count), provenance: builder.provenance, in: body)
      return builder.graph[node].results
    }
    func add(_ type: String, _ operands: [ValueID?], _ attributes: [String: AttributeValue] = [:]) -> ValueID {
      add(OperatorName(type), operands, attributes, 1)[0]
    }
    let states = operands.count - count
    let zero = try builder.constant([0])
    var missing: ValueID?
    if let lengths = draft.operand(0) {
      // Elements are scanned up to their length; behind it results are zeros.
      let type = builder.type(lengths)?.tensor.map { $0.droppingFirstAxis() }
      let length = builder.graph.addInput("length", type.map { .tensor($0) }, to: body)
      operands.append(lengths)
      let end = add("Unsqueeze", [length, zero])
      let first: [String: AttributeValue] = ["start": .int(0), "end": .int(1)]
      let whole = add("Shape", [inputs[states]], first)
      for i in states..<inputs.count { inputs[i] = add("Slice", [inputs[i], zero, end, zero]) }
      missing = add("Sub", [whole, add("Shape", [inputs[states]], first)])
    }
    for (i, result) in add(draft.op, inputs, draft.attributes, draft.results.count).enumerated() {
      var result = result
      if i >= states, let missing {
        result = add("Pad", [result, add("Concat", [zero, missing], ["axis": .int(0)]), nil, zero])
      }
      builder.graph.addOutput(builder.graph[result].name, result, to: body)
    }
    draft.become("Scan", operands, ["body": .region(body), "num_scan_inputs": .int(operands.count)])
  }
}

extension TensorType {
  /// The type of the tensor's parts along its first axis.
  fileprivate func droppingFirstAxis() -> TensorType { TensorType(elementType, shape.map { Array($0.dropFirst()) }) }
}
