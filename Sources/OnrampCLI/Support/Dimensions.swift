import ArgumentParser
import Onramp

/// `NAME=N`, as in `--dim batch=4`.
struct DimensionBinding: ExpressibleByArgument {
  let name: String
  let value: Int

  init?(argument: String) {
    guard let equals = argument.lastIndex(of: "="), equals != argument.startIndex,
      let value = Int(argument[argument.index(after: equals)...]), value >= 0
    else { return nil }
    name = String(argument[..<equals])
    self.value = value
  }
}

struct DimensionOptions: ParsableArguments {
  @Option(
    name: .customLong("dim"),
    help: ArgumentHelp("The size of a named dimension; may be given several times.", valueName: "NAME=N"))
  var bindings: [DimensionBinding] = []

  var values: [String: Int] {
    Dictionary(bindings.map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last })
  }
}

struct ExactnessOptions: ParsableArguments {
  @Flag(
    help: """
      Leave out what rounds differently: fast convolutions, and 32-bit arithmetic on 16-bit floats.
      """) var exact = false
}
