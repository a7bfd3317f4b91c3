import ArgumentParser
import Onramp

struct Validate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say whether a model is valid and will run.",
    discussion: """
      Checks every node against the version of its operator that the model asks for, infers types and shapes, and \
      tries whether the target, by default Onramp's own runtime, takes every node once it is rewritten. With test \
      data, also runs the model and compares its outputs. Exit status: 0 all is well; 1 the model has errors or an \
      output differs; 66 a file cannot be read.
      """)

  @Argument(help: "The model, an .onnx file.") var model: String
  @Option(help: "The target that is to take the model.") var target: TargetName?
  @Option(help: ArgumentHelp("A folder with test data in ONNX's layout.", valueName: "dir")) var testData: String?
  @Option(help: "The relative tolerance for outputs.") var rtol = 1e-3
  @Option(help: "The absolute tolerance for outputs; by default 1e-7 and 1e-5 of an output's largest magnitude.")
  var atol: Double?
  @Flag(help: "Print the findings as JSON.") var json = false
  @Flag(help: "Print the findings as SARIF.") var sarif = false
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if json && sarif { throw ValidationError("--json and --sarif exclude each other") }
  }

  func run() throws {
    common.startLog()
    try reporting {
      var findings: [Diagnostic]
      do {
        let loaded = try withProgress("reading \(model)") { try OnnxModel(path: model) }
        findings = loaded.diagnostics
        if loaded.isValid { findings += check(loaded) }
        if let testData, !findings.contains(where: { $0.severity == .error }) {
          findings += try withProgress("running the test data") { try compare(loaded, testData) }
        }
      } catch let error as Diagnostic where error.code != .unreadable {
        findings = [error]
      }
      try report(findings)
      if findings.contains(where: { $0.severity == .error }) { throw ExitCode.doesNotHold }
    }
  }

  private func check(_ loaded: OnnxModel) -> [Diagnostic] {
    var copy = loaded
    do throws(LegalizationError) {
      try copy.legalize(for: target?.target ?? .onramp)
      return []
    } catch {
      return error.diagnostics
    }
  }

  private func compare(_ loaded: OnnxModel, _ folder: String) throws(Diagnostic) -> [Diagnostic] {
    var findings: [Diagnostic] = []
    for set in TestData.sets(in: folder) {
      let values = try TestData.inputs(of: loaded.document, in: set)
      let opened = OnnxModel(loaded.document, openInputs: Set(values.keys))
      let session: Session
      do throws(SessionError) {
        session = try Session(opened)
      } catch {
        return error.diagnostics
      }
      let results = try session.run(values)
      for (i, output) in session.outputs.enumerated() {
        guard let path = TestData.file("output", i, in: set), let actual = results[output.name] else { continue }
        let expected = try TestData.read(path: path, type: output.type)
        var tolerance = Tolerance.wholeModel
        tolerance.relative = rtol
        if let atol { (tolerance.absolute, tolerance.ofLargest) = (atol, 0) }
        if let text = tolerance.difference(actual, expected) {
          findings.append(Diagnostic(.error, .mismatch, "output \"\(output.name)\" differs from \(path): \(text)"))
        }
      }
    }
    return findings
  }

  private func report(_ findings: [Diagnostic]) throws {
    if sarif { return try printJSON(SarifReport(findings, file: model)) }
    if json {
      struct Report: Encodable {
        let model: String
        let valid: Bool
        let diagnostics: [DiagnosticReport]
      }
      let valid = !findings.contains { $0.severity == .error }
      return try printJSON(Report(model: model, valid: valid, diagnostics: findings.map(DiagnosticReport.init)))
    }
    for finding in findings { print(finding) }
    let errors = findings.count { $0.severity == .error }
    let warnings = findings.count { $0.severity == .warning }
    let counts = "\(errors) error\(errors == 1 ? "" : "s"), \(warnings) warning\(warnings == 1 ? "" : "s")"
    print("\(model.escapedForTerminal): \(errors == 0 ? "valid" : "not valid") (\(counts))")
  }
}

extension Diagnostic.Code {
  /// An output is not what the test data expects.
  static let mismatch = Self("mismatch")
}
