import ArgumentParser
import Onramp

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Run a model.")

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case npy, pb
  }

  @Argument(help: "The model, an .onnx file or a compiled .plan.") var model: String
  @OptionGroup var input: InputOptions
  @Option(help: ArgumentHelp("The folder for the outputs; made if missing.", valueName: "dir")) var outputDir: String?
  @Option(help: "The form of output files.") var format: Format = .npy
  @OptionGroup var dimensions: DimensionOptions
  @Option(help: "How many threads to use; by default one for each processor.") var threads: Int?
  @Flag(help: "Run the graph as it stands, without fusion, layout or fast kernels.") var reference = false
  @OptionGroup var exactness: ExactnessOptions
  @OptionGroup var common: CommonOptions

  func run() throws {
    common.startLog()
    try reporting {
      let (session, given) = try Plan.isPlan(path: model) ? openPlan() : openModel()
      let outputs: [RuntimeValue]
      if let given {
        let results = try withProgress("running") { try session.run(given) }
        outputs = session.outputs.compactMap { results[$0.name] }
      } else {
        var random = RandomInputs(seed: input.seed)
        let values = try random.values(for: session.inputs, dimensions: dimensions.values)
        outputs = try withProgress("running") { try session.run(values) }
      }
      if let outputDir { try write(outputs, session, to: outputDir) }
      if outputDir == nil || common.verbose {
        for (output, value) in zip(session.outputs, outputs) {
          print("\(output.name): \(value.summary)".escapedForTerminal)
        }
      }
    }
  }

  private func openModel() throws -> (Session, [String: RuntimeValue]?) {
    let document = try withProgress("reading \(model)") { try Model.open(path: model) }
    let given = try input.read(for: document.typedInputs)
    var loaded = OnnxModel(document, openInputs: Set(given.map { Array($0.keys) } ?? []))
    for diagnostic in loaded.diagnostics where diagnostic.severity < .error { printError("\(diagnostic)") }
    if !dimensions.bindings.isEmpty && loaded.isValid { try loaded.bind(dimensions.values) }
    return (
      try Session(loaded, threads: threads, options: Compiler.Options(reference: reference, exact: exactness.exact)),
      given
    )
  }

  private func openPlan() throws -> (Session, [String: RuntimeValue]?) {
    guard !reference, !exactness.exact, dimensions.bindings.isEmpty else {
      throw ValidationError("a plan is compiled already: it takes neither --reference nor --exact nor --dim")
    }
    let session = try Session(plan: model, threads: threads)
    return (session, try input.read(for: session.inputs))
  }

  private func write(_ outputs: [RuntimeValue], _ session: Session, to folder: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw Diagnostic(.error, .unwritable, "\(folder): the folder cannot be made")
    }
    for (i, value) in outputs.enumerated() {
      let path = "\(folder)/output_\(i).\(format.rawValue)"
      switch (format, value) {
      case (.pb, _): try ValueFile.write(value, name: session.outputs[i].name, to: path)
      case (.npy, .tensor(let tensor)): try Npy.write(tensor, to: path)
      case (.npy, _):
        throw Diagnostic(
          .error, .unwritable, "output \"\(session.outputs[i].name)\" is no tensor, which .npy cannot hold",
          help: "use --format pb")
      }
    }
  }
}

extension RuntimeValue {
  /// One line that says what the value is like.
  var summary: String {
    switch self {
    case .tensor(let tensor):
      guard let numbers = tensor.doubles, !numbers.isEmpty else { return "\(tensor.spec)" }
      let mean = numbers.reduce(0, +) / Double(numbers.count)
      let least = numbers.min() ?? 0
      let greatest = numbers.max() ?? 0
      return "\(tensor.spec) least \(least) mean \(mean) greatest \(greatest)"
    case .sequence(let elements): return "a sequence of \(elements.count): \(elements.map(\.summary))"
    case .optional(let value): return value.map { "optional \($0.summary)" } ?? "an empty optional"
    case .map(let map): return "a map of \(map.keys.count)"
    }
  }
}
