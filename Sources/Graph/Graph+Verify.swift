extension Graph {
  /// Checks that the graph is what its methods promise: every use is recorded and nothing else, every value is made
  /// before it is used and within reach, names are distinct.
  ///
  /// A finding is a defect of the code that last changed the graph, never of a model.
  ///
  /// - Returns: what is wrong, a sentence each; empty when all is well. Complexity: O(n).
  public func verify() -> [String] {
    var problems: [String] = []
    var expected: [ValueID: Set<Use>] = [:]
    var seen: Set<String> = []

    func check(_ value: ValueID, _ use: Use, visible: Set<ValueID>) {
      guard contains(value) else {
        problems.append("\(use) names the removed value \(value)")
        return
      }
      expected[value, default: []].insert(use)
      if self[value].constant == nil && !visible.contains(value) {
        problems.append("\(use) uses \"\(self[value].name)\" before it is made or from where it cannot be seen")
      }
    }
    func note(_ value: ValueID) {
      guard contains(value) else { return }
      if !seen.insert(self[value].name).inserted { problems.append("two values are named \"\(self[value].name)\"") }
    }
    func visit(_ region: RegionID, _ outer: Set<ValueID>) {
      var visible = outer
      for (index, input) in self[region].inputs.enumerated() {
        note(input)
        visible.insert(input)
        if case .input(region, index: index) = self[input].definition {
        } else {
          problems.append("input \(index) of \(region) has another definition")
        }
      }
      for id in nodes(in: region) {
        let node = self[id]
        if node.region != region { problems.append("node \(id) is listed in \(region) but belongs to \(node.region)") }
        for (index, operand) in node.operands.enumerated() {
          if let operand { check(operand, .operand(id, index: index), visible: visible) }
        }
        for nested in node.regions {
          if self[nested].owner != id { problems.append("the body \(nested) of node \(id) has another owner") }
          visit(nested, visible)
        }
        for (index, result) in node.results.enumerated() {
          note(result)
          visible.insert(result)
          if case .result(id, index: index) = self[result].definition {
          } else {
            problems.append("result \(index) of node \(id) has another definition")
          }
        }
      }
      for (index, output) in self[region].outputs.enumerated() {
        check(output.value, .output(region, index: index), visible: visible)
      }
    }
    visit(main, [])
    for index in valueRecords.indices {
      guard let value = valueRecords[index] else { continue }
      let uses = Set(value.uses)
      if uses.count != value.uses.count || uses != expected[ValueID(index: index)] ?? [] {
        problems.append("the uses of \"\(value.name)\" are not those of the graph")
      }
    }
    return problems
  }
}
