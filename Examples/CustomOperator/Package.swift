// swift-tools-version: 6.0
import PackageDescription

let package = Package(
  name: "CustomOperator",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "Onramp", path: "../..")],
  targets: [
    .executableTarget(name: "CustomOperator", dependencies: [.product(name: "Onramp", package: "Onramp")])
  ],
  swiftLanguageModes: [.v6]
)
