import Foundation

// RegistryTool OUTPUT MODULE_DIRECTORY SOURCE...
//
// For each source in a registered folder (at any depth), one row in the list of that folder. The row is the type
// that the file is named for: `Kernels/Gather.swift` must declare `GatherKernel`.

struct Kind {
  let folder: String
  let suffix: String
  let element: String
  let list: String
}

let kinds = [
  Kind(folder: "Kernels", suffix: "Kernel", element: "any Kernel.Type", list: "allKernels"),
  Kind(folder: "Catalogue", suffix: "Op", element: "any OperatorDefinition.Type", list: "allOperators"),
  Kind(folder: "Upgrades", suffix: "", element: "any Upgrade.Type", list: "allUpgrades"),
  Kind(folder: "Downgrades", suffix: "", element: "any Downgrade.Type", list: "allDowngrades"),
  Kind(folder: "Gradients", suffix: "", element: "any GradientRule.Type", list: "allGradients"),
  Kind(folder: "Rules", suffix: "", element: "any RewriteRule.Type", list: "allRules"),
]

let arguments = CommandLine.arguments
guard arguments.count >= 3 else {
  FileHandle.standardError.write(Data("usage: RegistryTool OUTPUT MODULE_DIRECTORY SOURCE...\n".utf8))
  exit(64)
}

var rows: [String: Set<String>] = [:]
for source in arguments.dropFirst(3) {
  // A file whose name has a "+" extends a registered type or shares code among several; it is not a row.
  let file = URL(fileURLWithPath: source)
  let name = file.deletingPathExtension().lastPathComponent
  guard !name.contains("+") else { continue }
  let folders = file.deletingLastPathComponent().path.dropFirst(arguments[2].count).split(separator: "/")
  for kind in kinds where folders.first == kind.folder[...] {
    rows[kind.list, default: []].insert(name + kind.suffix)
  }
}

var text = "// Written by RegistryTool from the names of the files; see Plugins/Registry.\n"
for kind in kinds {
  // A module that has a kind's folder has its list, be it empty.
  let folder = URL(fileURLWithPath: arguments[2]).appendingPathComponent(kind.folder)
  guard FileManager.default.fileExists(atPath: folder.path) else { continue }
  let types = rows[kind.list] ?? []
  text += "\npackage let \(kind.list): [\(kind.element)] = [\n"
  for type in types.sorted() { text += "  \(type).self,\n" }
  text += "]\n"
}
do {
  try Data(text.utf8).write(to: URL(fileURLWithPath: arguments[1]), options: .atomic)
} catch {
  FileHandle.standardError.write(Data("RegistryTool: \(error)\n".utf8))
  exit(1)
}
