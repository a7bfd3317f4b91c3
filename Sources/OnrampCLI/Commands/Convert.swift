import ArgumentParser
import Onramp

struct Convert: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a model anew: for a target, for another version of the operator set, or compiled.",
    discussion: """
      With a target, nodes that it does not take are rewritten until it takes all; every rewrite is named on standard \
      error. What cannot be rewritten is named with the reason, and nothing is written.

      An output whose name ends in .plan is the model compiled for this processor, its weights packed, for inputs of \
      fixed sizes: name each dimension that is open with --dim.
      """)

  @Argument(help: "The model, an .onnx file.") var model: String
  @Option(name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "out")) var output: String
  @Option(help: "The target that is to take the result.") var target: TargetName?
  @Option(help: ArgumentHelp("The version of ONNX's operator set to write.", valueName: "n")) var opset: Int?
  @OptionGroup var dimensions: DimensionOptions
  @Flag(help: "Compute ahead what does not depend on the inputs.") var simplify = false
  @OptionGroup var exactness: ExactnessOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard output.hasSuffix(".onnx") || output.hasSuffix(".plan") else {
      throw ValidationError("the name of the output must end in .onnx or .plan")
    }
    guard output.hasSuffix(".onnx") || target == nil && opset == nil else {
      throw ValidationError("a plan is for this runtime: it takes neither --target nor --opset")
    }
  }

  func run() throws {
    common.startLog()
    try reporting {
      var loaded = try withProgress("reading \(model)") { try OnnxModel(path: model) }
      for diagnostic in loaded.diagnostics { printError("\(diagnostic)") }
      guard loaded.isValid else { throw ExitCode.doesNotHold }
      if !dimensions.bindings.isEmpty { try loaded.bind(dimensions.values) }
      if output.hasSuffix(".plan") { return try writePlan(loaded) }
      if let target = target?.target {
        for rewrite in try loaded.legalize(for: target) { printError(rewrite.description.escapedForTerminal) }
      }
      if simplify { try withProgress("simplifying") { try loaded.simplify() } }
      // The newest operator set of all is one that few consumers read yet: by default the model keeps its own.
      let own = loaded.document.opsetImport.first { $0.domain ?? "" == "" || $0.domain == "ai.onnx" }?.version
      let version = opset ?? target?.target.opset ?? own.map { max($0, Self.leastDefaultOpset) }
      try withProgress("writing \(output)") {
        try loaded.write(to: output, opset: version, singleResults: target?.target.wantsSingleResults ?? false)
      }
      printError("\(output): \(loaded.graph.allNodes().count) nodes")
    }
  }

  private func writePlan(_ model: OnnxModel) throws {
    let session = try Session(model, options: Compiler.Options(exact: exactness.exact))
    var specs: [TensorSpec?] = []
    for (name, type) in session.inputs {
      guard let spec = type?.tensor?.spec else {
        throw Diagnostic(
          .error, .input,
          "input \"\(name)\" is \(type?.description ?? "of unknown type"), and a plan needs fixed sizes",
          help: "name its open dimensions with --dim NAME=N")
      }
      specs.append(spec)
    }
    let plan = try withProgress("compiling") { try session.plan(for: specs) }
    try withProgress("writing \(output)") { try plan.write(to: output) }
    printError("\(output): \(plan.program.instructions.count) kernel calls")
  }

  /// Older operator sets lack what rewriting needs (Where and Range among them).
  static let leastDefaultOpset = 13
}
