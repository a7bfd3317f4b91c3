import Graph
import Operators
import Testing

@Suite struct VersionTests {
  /// Steps that the schemas make look like a change, and why every older node means the same in the newer version.
  static let compatible: [VersionStep: String] = [
    step("Clip", 1, 6): "a bound that was not given is now the type's own, which bounds nothing",
    step("TreeEnsembleClassifier", 3, 5, "ai.onnx.ml"): "withdrawn, but its meaning is unchanged and files keep it",
    step("TreeEnsembleRegressor", 3, 5, "ai.onnx.ml"): "withdrawn, but its meaning is unchanged and files keep it",
  ]

  static func step(_ op: String, _ from: Int, _ to: Int, _ domain: String = "") -> VersionStep {
    VersionStep(op: OperatorName(op, domain: domain), from: from, to: to)
  }

  /// All pairs of neighbouring versions.
  static let steps: [(VersionStep, OperatorSchema, OperatorSchema)] = SchemaRegistry.operators.flatMap { name in
    let schemas = SchemaRegistry.schemas(of: name)
    return zip(schemas, schemas.dropFirst()).map {
      (VersionStep(op: name, from: $0.sinceVersion, to: $1.sinceVersion), $0, $1)
    }
  }

  @Test func everyChangeHasAnUpgrade() {
    let upgrades = Set(allUpgrades.map { $0.step })
    for (step, old, new) in Self.steps {
      let changes = changes(from: old, to: new)
      let isCompatible = Self.compatible[step] != nil
      if changes.isEmpty {
        #expect(!isCompatible, "\(step) needs no reason")
      } else {
        #expect(upgrades.contains(step) != isCompatible, "\(step): \(changes.joined(separator: ", "))")
      }
    }
  }

  @Test func everyAdapterTakesAStep() {
    let steps = Set(Self.steps.map { $0.0 })
    for upgrade in allUpgrades { #expect(steps.contains(upgrade.step), "\(upgrade)") }
    for downgrade in allDowngrades {
      let step = downgrade.step
      // From an operator's first version the way leads to sets that have no such operator.
      let versions = SchemaRegistry.schemas(of: step.op).filter { !$0.isExperimental }
      let first = step.to == 0 && versions.first?.sinceVersion == step.from
      #expect(first || steps.contains(VersionStep(op: step.op, from: step.to, to: step.from)), "\(downgrade)")
    }
    #expect(Set(allUpgrades.map { $0.step }).count == allUpgrades.count)
    #expect(Set(allDowngrades.map { $0.step }).count == allDowngrades.count)
  }

  /// What of a schema an older node may rely on and the next version no longer grants.
  private func changes(from old: OperatorSchema, to new: OperatorSchema) -> [String] {
    if new.isDeprecated { return ["withdrawn"] }
    var found: [String] = []
    // The importer drops the hint `consumed_inputs` by itself.
    for attribute in old.attributes where attribute.name != "consumed_inputs" {
      guard let next = new.attribute(attribute.name) else {
        found.append("attribute \(attribute.name) is gone")
        continue
      }
      if next.kind != attribute.kind { found.append("attribute \(attribute.name) has another type") }
      if next.defaultValue != attribute.defaultValue { found.append("attribute \(attribute.name) has another default") }
      if next.isRequired && !attribute.isRequired { found.append("attribute \(attribute.name) is required") }
    }
    for attribute in new.attributes where attribute.isRequired && old.attribute(attribute.name) == nil {
      found.append("attribute \(attribute.name) is required")
    }
    for (i, input) in old.inputs.enumerated() {
      guard let next = new.input(at: i) else {
        found.append("input \(input.name) is gone")
        continue
      }
      if !Set(input.types.names).isSubset(of: next.types.names) { found.append("input \(input.name) takes less types") }
    }
    if new.inputCount.lowerBound > old.inputCount.lowerBound { found.append("more inputs are required") }
    if new.outputCount.upperBound < old.outputCount.upperBound { found.append("an output is gone") }
    for (output, next) in zip(old.outputs, new.outputs) where !Set(output.types.names).isSubset(of: next.types.names) {
      found.append("output \(output.name) has other types")
    }
    return found
  }
}
