import Foundation
import OnnxFormat
import Onramp
import Operators
import Testing

/// Driven by tools/check-adapters, which names folders of cases: model.onnx and data sets.
@Suite struct AdapterTests {
  private static let folders = ProcessInfo.processInfo.environment["ONRAMP_ADAPTER_CASES"]

  /// For each adapter between versions there is a case whose result is another without it, or none at all.
  @Test(.enabled(if: folders != nil)) func everyAdapterIsNeeded() throws {
    var upgrades = Set(allUpgrades.map { $0.step })
    var downgrades = Set(allDowngrades.map { $0.step })
    let count = upgrades.count + downgrades.count
    let manager = FileManager.default
    for root in try #require(Self.folders).split(separator: ":").map(String.init) {
      for entry in manager.enumerator(atPath: root)?.compactMap({ $0 as? String }).sorted() ?? []
      where entry.hasSuffix("model.onnx") && !(upgrades.isEmpty && downgrades.isEmpty) {
        let path = "\(root)/\(entry)"
        let folder = String(path.dropLast("/model.onnx".count))
        guard let document = try? Model.open(path: path), let data = TestData.sets(in: folder).first,
          let inputs = try? TestData.inputs(of: document, in: data)
        else { continue }
        prove(&upgrades, document, inputs)
        prove(downgrades: &downgrades, document, inputs)
      }
    }
    for step in upgrades.union(downgrades).sorted(by: { "\($0)" < "\($1)" }) {
      Issue.record("no case needs \(step.op)_\(step.from)_\(step.to)")
    }
    print("\(count - upgrades.count - downgrades.count) of \(count) adapters are needed")
  }

  /// Takes those upgrades out of the set without which a model gives something else.
  private func prove(
    _ open: inout Set<VersionStep>, _ document: Model, _ inputs: [String: RuntimeValue]
  ) {
    let used = Set(document.graph?.node.map { OperatorName($0.opType ?? "", domain: $0.domain ?? "") } ?? [])
    guard open.contains(where: { used.contains($0.op) }) else { return }
    prove(&open) { results(document, inputs) }
  }

  /// As above, for the downgrades that writing the model for older operator sets takes.
  private func prove(
    downgrades open: inout Set<VersionStep>, _ document: Model, _ inputs: [String: RuntimeValue]
  ) {
    let model = OnnxModel(document)
    guard model.isValid else { return }
    let used = Set(model.graph.allNodes().map { model.graph[$0].op })
    for opset in Set(open.filter { used.contains($0.op) && $0.op.domain.isEmpty }.map { $0.from - 1 }).sorted() {
      prove(&open) {
        guard let older = try? Exporter.model(of: model.graph, opset: opset) else { return nil }
        return AdapterProbe.$current.withValue(nil) { results(older, inputs) }
      }
    }
  }

  private func prove(_ open: inout Set<VersionStep>, by run: () -> [RuntimeValue]?) {
    let probe = AdapterProbe()
    let expected = AdapterProbe.$current.withValue(probe) { run() }
    let steps = probe.taken.intersection(open)
    guard !steps.isEmpty, !differ(run(), expected) else { return }
    for step in steps {
      let other = AdapterProbe.$current.withValue(AdapterProbe(omitting: step)) { run() }
      if differ(other, expected) { open.remove(step) }
    }
  }

  /// Whether results differ. None at all differs from some: an adapter may also be there to refuse.
  private func differ(_ values: [RuntimeValue]?, _ others: [RuntimeValue]?) -> Bool {
    guard let values, let others, values.count == others.count else { return values != nil || others != nil }
    let tolerance = Tolerance(relative: 1e-6)
    return zip(values, others).contains { tolerance.difference($0, $1) != nil }
  }

  /// What a model gives, or nil when it is not valid, does not run, or is no model of the newest operator set.
  private func results(_ document: Model, _ inputs: [String: RuntimeValue]) -> [RuntimeValue]? {
    let model = OnnxModel(document)
    guard let session = try? Session(model, threads: 1), let newest = try? Exporter.model(of: model.graph),
      AdapterProbe.$current.withValue(nil, operation: { OnnxModel(newest).isValid })
    else { return nil }
    let values = session.inputs.compactMap { inputs[$0.name] }
    return values.count == session.inputs.count ? try? session.run(values) : nil
  }
}
