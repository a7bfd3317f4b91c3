import ArgumentParser
import Onramp

/// `NAME=FILE`, as in `--input x=x.npy`.
struct NamedFile: ExpressibleByArgument {
  let name: String
  let path: String

  init?(argument: String) {
    guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else { return nil }
    name = String(argument[..<equals])
    path = String(argument[argument.index(after: equals)...])
  }
}

/// Where a run's inputs come from.
struct InputOptions: ParsableArguments {
  @Option(help: ArgumentHelp("A folder with input_<i>.pb or .npy for the i-th input.", valueName: "dir"))
  var inputs: String?
  @Option(
    name: .customLong("input"),
    help: ArgumentHelp("A file for one input; may be given several times.", valueName: "name=file"))
  var named: [NamedFile] = []
  @Flag(help: "Make the inputs up.") var randomInputs = false
  @Option(help: "The seed for --random-inputs.") var seed: UInt64 = 0

  func validate() throws {
    let ways = (inputs == nil ? 0 : 1) + (named.isEmpty ? 0 : 1) + (randomInputs ? 1 : 0)
    guard ways == 1 else { throw ValidationError("give one of --inputs, --input and --random-inputs") }
  }

  /// The values that files give for a model's inputs, by name; nil when the inputs are made up.
  func read(for inputs: [(name: String, type: ValueType?)]) throws -> [String: RuntimeValue]? {
    if let folder = self.inputs { return try TestData.read(inputs, in: folder) }
    guard !named.isEmpty else { return nil }
    var values: [String: RuntimeValue] = [:]
    for file in named {
      guard let input = inputs.first(where: { $0.name == file.name }) else {
        throw Diagnostic(.error, .input, "the model has no input \"\(file.name)\"")
      }
      values[file.name] = try TestData.read(path: file.path, type: input.type)
    }
    return values
  }
}
