extension Graph: CustomStringConvertible {
  /// The graph as text, one line a node, in the same order and with the same names each time.
  public var description: String {
    var text = "graph \"\(name.escapedForTerminal)\" {\n"
    write(main, indent: "  ", to: &text)
    return text + "}\n"
  }

  private func write(_ region: RegionID, indent: String, to text: inout String) {
    for input in self[region].inputs { text += "\(indent)input \(typed(input))\n" }
    for node in nodes(in: region) { write(node, indent: indent, to: &text) }
    for output in self[region].outputs {
      text += "\(indent)output \"\(output.name.escapedForTerminal)\" = \(name(of: output.value))\n"
    }
  }

  private func write(_ id: NodeID, indent: String, to text: inout String) {
    let node = self[id]
    let results = node.results.map(typed).joined(separator: ", ")
    let operands = node.operands.map { $0.map(name(of:)) ?? "_" }.joined(separator: ", ")
    text += "\(indent)\(results) = \(node.op.description.escapedForTerminal)(\(operands))"
    let plain = node.attributes.sorted { $0.key < $1.key }.filter { !$0.value.isRegion }
    if !plain.isEmpty {
      text += " {\(plain.map { "\($0.key.escapedForTerminal) = \($0.value)" }.joined(separator: ", "))}"
    }
    for (key, value) in node.attributes.sorted(by: { $0.key < $1.key }) {
      for region in value.regions {
        text += "\n\(indent)  \(key.escapedForTerminal) {\n"
        write(region, indent: indent + "    ", to: &text)
        text += "\(indent)  }"
      }
    }
    text += "\n"
  }

  private func name(of value: ValueID) -> String {
    let value = self[value]
    let name = "%" + value.name.escapedForTerminal
    guard let tensor = value.constant else { return name }
    return "\(name)<\(tensor.spec)>"
  }

  private func typed(_ value: ValueID) -> String {
    "\(name(of: value)): \((self[value].type?.description ?? "?").escapedForTerminal)"
  }
}

extension AttributeValue {
  var isRegion: Bool { !regions.isEmpty }

  /// The nested graphs that the attribute holds.
  public var regions: [RegionID] {
    switch self {
    case .region(let region): [region]
    case .regions(let regions): regions
    default: []
    }
  }
}
