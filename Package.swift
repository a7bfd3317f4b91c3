// swift-tools-version: 6.1
import PackageDescription

// The decoders of image files behind the trait ImageCodecs.
let imageCodecs = TargetDependencyCondition.when(traits: ["ImageCodecs"])
let imageLibraries: [Target] = [
  ("CJpeg", "libjpeg", "libjpeg-dev", "jpeg-turbo"),
  ("COpenJpeg", "libopenjp2", "libopenjp2-7-dev", "openjpeg"),
  ("CPng", "libpng", "libpng-dev", "libpng"),
  ("CTiff", "libtiff-4", "libtiff-dev", "libtiff"),
  ("CWebP", "libwebp", "libwebp-dev", "webp"),
].map { name, pkgConfig, apt, brew in
  .systemLibrary(
    name: name, path: "Sources/ImageLibraries/\(name)", pkgConfig: pkgConfig,
    providers: [.apt([apt]), .brew([brew])])
}

// Each module imports only modules that stand above it here; ARCHITECTURE.md says what each is for.
let package = Package(
  name: "Onramp",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Onramp", targets: ["Onramp"]),
    .library(name: "KernelRuntime", targets: ["KernelRuntime"]),
    .executable(name: "onramp", targets: ["OnrampCLI"]),
  ],
  traits: [
    .trait(
      name: "ImageCodecs",
      description: "ImageDecoder also reads JPEG, JPEG 2000, PNG, TIFF and WebP, through the system's libraries.")
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
  ],
  targets: [
    .systemLibrary(
      name: "CProtobufC", pkgConfig: "libprotobuf-c",
      providers: [.apt(["libprotobuf-c-dev"]), .brew(["protobuf-c"])]),
    .target(name: "COnnxProto", dependencies: ["CProtobufC"]),
    .target(name: "CKernels"),
    .target(
      name: "CImageCodecs",
      dependencies: imageLibraries.map { .target(name: $0.name, condition: imageCodecs) },
      cSettings: [.define("ONRAMP_IMAGE_CODECS", .when(traits: ["ImageCodecs"]))]),
    .target(
      name: "KernelRuntime",
      dependencies: ["CKernels", .target(name: "CImageCodecs", condition: imageCodecs)],
      plugins: ["Registry"]),
    .target(
      name: "Graph",
      dependencies: ["KernelRuntime", .product(name: "OrderedCollections", package: "swift-collections")]),
    .target(name: "OnnxFormat", dependencies: ["CProtobufC", "COnnxProto", "KernelRuntime", "Graph"]),
    .target(name: "Operators", dependencies: ["KernelRuntime", "Graph", "OnnxFormat"], plugins: ["Registry"]),
    .target(
      name: "Legalizer",
      dependencies: ["KernelRuntime", "Graph", "Operators", .product(name: "Logging", package: "swift-log")],
      plugins: ["Registry"]),
    .target(
      name: "Compiler",
      dependencies: [
        "KernelRuntime", "Graph", "Operators", "Legalizer", .product(name: "Logging", package: "swift-log"),
      ]),
    .target(
      name: "Onramp",
      dependencies: ["KernelRuntime", "Graph", "OnnxFormat", "Operators", "Legalizer", "Compiler"]),
    .executableTarget(
      name: "OnrampCLI",
      dependencies: [
        "Onramp",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ]),

    .testTarget(name: "GraphTests", dependencies: ["Graph", "KernelRuntime"]),
    .testTarget(name: "OperatorsTests", dependencies: ["Operators", "Graph"]),
    .testTarget(name: "OnrampTests", dependencies: ["Onramp", "CKernels", "CAllocations"]),
    .target(name: "CAllocations", path: "Tests/CAllocations"),
    .testTarget(name: "KernelRuntimeTests", dependencies: ["KernelRuntime"]),
    .testTarget(name: "OnnxFormatTests", dependencies: ["OnnxFormat", "KernelRuntime", "Graph"]),

    // Writes each module's registry (kernels, operators, upgrades, rules) from the files in its folders.
    .plugin(name: "Registry", capability: .buildTool(), dependencies: ["RegistryTool"]),
    .executableTarget(name: "RegistryTool"),
  ] + imageLibraries,
  swiftLanguageModes: [.v6]
)
