import Foundation
import Onramp
import Testing

@Suite struct FixtureTests {
  @Test(arguments: fixtures, [false, true]) func givesTheExpectedOutputs(name: String, reference: Bool) throws {
    let folder = "\(packageFolder)/Fixtures/\(name)"
    let model = try fixture(name)
    #expect(model.isValid, "\(model.diagnostics)")
    let session = try Session(model, threads: 2, options: Compiler.Options(reference: reference))
    var compared = 0
    for set in TestData.sets(in: folder) {
      let results = try session.run(try TestData.inputs(of: model.document, in: set))
      for (i, output) in session.outputs.enumerated() {
        guard let path = TestData.file("output", i, in: set) else { continue }
        let expected = try TestData.read(path: path, type: output.type)
        let actual = try #require(results[output.name])
        #expect(Tolerance.wholeModel.difference(actual, expected) == nil, "\(name), \(set), \(output.name)")
        compared += 1
      }
    }
    #expect(compared > 0)
  }

  /// Legal means: no node but control flow gives more than one value.
  @Test(arguments: fixtures) func legalGraphsHaveNoTuples(name: String) throws {
    var model = try fixture(name)
    try model.legalize(for: .onramp)
    for node in model.graph.allNodes() {
      let definition = OperatorRegistry.entry(model.graph[node].op)?.definition
      if definition is any RegionOperator.Type { continue }
      #expect(model.graph[node].results.count == 1, "\(model.graph[node].op)")
    }
    #expect(model.graph.verify().isEmpty)
  }

  @Test func writtenModelsSayTheSame() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("onramp-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in ["segnet", "mlp", "several-results"] {
      let path = folder.appendingPathComponent("\(name).onnx").path
      var legal = try fixture(name)
      try legal.legalize(for: .onramp)
      try legal.write(to: path)
      let written = try OnnxModel(path: path)
      #expect(written.isValid, "\(written.diagnostics)")
      var random = RandomInputs(seed: 3)
      let first = try Session(fixture(name), threads: 2)
      let values = try random.values(for: first.inputs, dimensions: ["N": 2])
      let (a, b) = (try first.run(values), try Session(written, threads: 2).run(values))
      for (x, y) in zip(a, b) { #expect(Tolerance().difference(y, x) == nil, "\(name)") }
    }
  }
}
