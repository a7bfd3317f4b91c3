import KernelRuntime

extension Graph {
  // MARK: Names

  /// A value name that nothing in the graph has: the given one, or it with a number behind.
  public mutating func uniqueName(_ base: String) -> String {
    var name = base.isEmpty ? "value" : base
    if base.isEmpty || names.contains(name) {
      let stem = name
      var number = nextName[stem] ?? 1
      repeat {
        name = "\(stem)_\(number)"
        number += 1
      } while names.contains(name)
      nextName[stem] = number
    }
    names.insert(name)
    return name
  }

  /// A dimension that nothing is known about.
  public mutating func freshSymbol() -> Dimension {
    nextSymbol += 1
    return Dimension(symbol: "?\(nextSymbol)")
  }

  // MARK: Adding

  private mutating func addValue(_ name: String, _ definition: Value.Definition, _ type: ValueType?) -> ValueID {
    let id = ValueID(index: valueRecords.count)
    valueRecords.append(Value(name: uniqueName(name), definition: definition, type: type))
    return id
  }

  /// Adds an input to a region, after those it has.
  public mutating func addInput(_ name: String, _ type: ValueType?, to region: RegionID? = nil) -> ValueID {
    let region = region ?? main
    let value = addValue(name, .input(region, index: self[region].inputs.count), type)
    self[region].inputs.append(value)
    return value
  }

  /// Adds a constant. Constants belong to no region; every region may use them.
  public mutating func addConstant(_ tensor: Tensor, name: String = "constant") -> ValueID {
    addValue(name, .constant(tensor), .tensor(TensorType(tensor.spec)))
  }

  /// Adds an output to a region, after those it has.
  public mutating func addOutput(_ name: String, _ value: ValueID, to region: RegionID? = nil) {
    let region = region ?? main
    self[value].uses.append(.output(region, index: self[region].outputs.count))
    self[region].outputs.append(Region.Output(name: name, value: value))
  }

  /// Adds an empty region, to be named by an attribute of the node that owns it.
  public mutating func addRegion() -> RegionID {
    let id = RegionID(index: regionRecords.count)
    regionRecords.append(Region(owner: nil))
    return id
  }

  /// Adds a node.
  ///
  /// - Parameters:
  ///   - results: a name for each result; an empty one is replaced by a fresh one.
  ///   - region: where; `before` overrides it. The main graph by default.
  ///   - before: the node to stand before; at the region's end by default.
  public mutating func addNode(
    _ op: OperatorName, _ operands: [ValueID?], _ attributes: [String: AttributeValue] = [:], results: [String] = [""],
    provenance: Provenance, in region: RegionID? = nil, before: NodeID? = nil
  ) -> NodeID {
    let region = before.map { self[$0].region } ?? region ?? main
    let id = NodeID(index: nodeRecords.count)
    nodeRecords.append(
      Node(
        op: op, attributes: attributes, operands: operands, results: [], region: region, provenance: provenance))
    for (index, name) in results.enumerated() {
      let value = addValue(name.isEmpty ? op.type : name, .result(id, index: index), nil)
      self[id].results.append(value)
    }
    for (index, operand) in operands.enumerated() {
      if let operand { self[operand].uses.append(.operand(id, index: index)) }
    }
    for nested in self[id].regions { self[nested].owner = id }
    link(id, in: region, before: before)
    return id
  }

  private mutating func link(_ id: NodeID, in region: RegionID, before: NodeID?) {
    let previous = before.map { self[$0].previous } ?? self[region].last
    self[id].previous = previous
    self[id].next = before
    if let previous { self[previous].next = id } else { self[region].first = id }
    if let before { self[before].previous = id } else { self[region].last = id }
  }

  private mutating func unlink(_ id: NodeID) {
    let node = self[id]
    if let previous = node.previous { self[previous].next = node.next } else { self[node.region].first = node.next }
    if let next = node.next { self[next].previous = node.previous } else { self[node.region].last = node.previous }
  }

  // MARK: Changing

  /// Makes a node use another value as operand `index`.
  public mutating func setOperand(_ index: Int, of node: NodeID, to value: ValueID?) {
    if let old = self[node].operands[index] { removeUse(.operand(node, index: index), of: old) }
    self[node].operands[index] = value
    if let value { self[value].uses.append(.operand(node, index: index)) }
  }

  /// Replaces a node's operands by others, in any number.
  public mutating func setOperands(of node: NodeID, to operands: [ValueID?]) {
    for index in self[node].operands.indices { setOperand(index, of: node, to: nil) }
    self[node].operands = Array(repeating: nil, count: operands.count)
    for (index, value) in operands.enumerated() { setOperand(index, of: node, to: value) }
  }

  /// Makes a region give another value as output `index`, under the same name.
  public mutating func setOutput(_ index: Int, of region: RegionID, to value: ValueID) {
    removeUse(.output(region, index: index), of: self[region].outputs[index].value)
    self[region].outputs[index].value = value
    self[value].uses.append(.output(region, index: index))
  }

  /// Makes everything that uses one value use another. Complexity: O(uses).
  public mutating func replaceUses(of value: ValueID, with replacement: ValueID) {
    guard value != replacement else { return }
    for use in self[value].uses {
      switch use {
      case .operand(let node, let index): self[node].operands[index] = replacement
      case .output(let region, let index): self[region].outputs[index].value = replacement
      }
      self[replacement].uses.append(use)
    }
    self[value].uses = []
  }

  /// Drops the results of a node from `count` on, which nothing may use.
  public mutating func dropResults(of node: NodeID, from count: Int) {
    for value in self[node].results.dropFirst(count) {
      precondition(self[value].uses.isEmpty, "a dropped result is in use")
      removeValue(value)
    }
    self[node].results.removeLast(max(0, self[node].results.count - count))
  }

  /// Replaces a node's results after the fact: output `index` of a control-flow node and of its bodies goes away.
  public mutating func dropResult(_ index: Int, of node: NodeID) {
    let value = self[node].results[index]
    precondition(self[value].uses.isEmpty, "a dropped result is in use")
    removeValue(value)
    self[node].results.remove(at: index)
    for (i, value) in self[node].results.enumerated() { self[value].definition = .result(node, index: i) }
  }

  /// Removes an output of a region.
  public mutating func dropOutput(_ index: Int, of region: RegionID) {
    let outputs = self[region].outputs
    for (i, output) in outputs.enumerated() { removeUse(.output(region, index: i), of: output.value) }
    self[region].outputs = []
    for (i, output) in outputs.enumerated() where i != index { addOutput(output.name, output.value, to: region) }
  }

  /// Moves the nodes of a region before a node of another, and forgets the emptied region's outputs.
  ///
  /// - Returns: the values that the region gave.
  public mutating func inline(_ region: RegionID, before node: NodeID) -> [ValueID] {
    for id in nodes(in: region) {
      unlink(id)
      self[id].region = self[node].region
      link(id, in: self[node].region, before: node)
    }
    let outputs = self[region].outputs
    for (i, output) in outputs.enumerated() { removeUse(.output(region, index: i), of: output.value) }
    self[region].outputs = []
    return outputs.map(\.value)
  }

  // MARK: Removing

  /// Removes a node whose results nothing uses, with the regions nested in it.
  public mutating func remove(_ node: NodeID) {
    for value in self[node].results {
      precondition(self[value].uses.isEmpty, "a removed node's result is in use")
      removeValue(value)
    }
    for nested in self[node].regions { removeRegion(nested) }
    for (index, operand) in self[node].operands.enumerated() {
      if let operand { removeUse(.operand(node, index: index), of: operand) }
    }
    unlink(node)
    nodeRecords[node.index] = nil
  }

  private mutating func removeRegion(_ region: RegionID) {
    for (index, output) in self[region].outputs.enumerated() {
      removeUse(.output(region, index: index), of: output.value)
    }
    self[region].outputs = []
    for node in nodes(in: region).reversed() { remove(node) }
    for input in self[region].inputs { removeValue(input) }
    regionRecords[region.index] = nil
  }

  private mutating func removeValue(_ value: ValueID) {
    names.remove(self[value].name)
    valueRecords[value.index] = nil
  }

  private mutating func removeUse(_ use: Use, of value: ValueID) {
    if let i = self[value].uses.firstIndex(of: use) { self[value].uses.remove(at: i) }
  }

  /// Removes constants that nothing uses.
  public mutating func removeUnusedConstants() {
    for index in valueRecords.indices {
      if let value = valueRecords[index], value.constant != nil, value.uses.isEmpty {
        removeValue(ValueID(index: index))
      }
    }
  }
}

extension Graph {
  /// Gives a value another name, or one like it when that is taken.
  public mutating func rename(_ value: ValueID, to name: String) {
    guard self[value].name != name else { return }
    names.remove(self[value].name)
    self[value].name = uniqueName(name)
  }
}
