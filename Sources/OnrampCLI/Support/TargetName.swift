import ArgumentParser
import Onramp

/// The name of a conversion target.
struct TargetName: ExpressibleByArgument {
  let target: ConversionTarget

  init?(argument: String) {
    guard let target = ConversionTarget.named(argument) else { return nil }
    self.target = target
  }

  static var allValueStrings: [String] { ConversionTarget.all.map(\.name) }
}
