import Foundation

// RegistryTool OUTPUT MODULE_DIRECTORY SOURCE...
//
// For each source in a registered folder (at any depth), one row in the table of that folder. The row is the type
// that the file is named for: `Kernels/Gather.swift` must declare `GatherKernel`.

struct Kind {
  enum Table {
    /// A constant, all rows in the order of their names.
    case list
    /// A function from the file's name to the row. It touches no row but the one asked for.
    case lookup
  }

  let folder: String
  let suffix: String
  let element: String
  let name: String
  var table = Table.list
}

let kinds = [
  Kind(folder: "Kernels", suffix: "Kernel", element: "any Kernel.Type", name: "kernel", table: .lookup),
  Kind(folder: "Catalogue", suffix: "Op", element: "any OperatorDefinition.Type", name: "allOperators"),
  Kind(folder: "Upgrades", suffix: "", element: "any Upgrade.Type", name: "allUpgrades"),
  Kind(folder: "Downgrades", suffix: "", element: "any Downgrade.Type", name: "allDowngrades"),
  Kind(folder: "Gradients", suffix: "", element: "any GradientRule.Type", name: "allGradients"),
  Kind(folder: "Rules", suffix: "", element: "any RewriteRule.Type", name: "allRules"),
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
    rows[kind.folder, default: []].insert(name)
  }
}

var text = "// Written by RegistryTool from the names of the files; see Plugins/Registry.\n"
for kind in kinds {
  // A module that has a kind's folder has its table, be it empty.
  let folder = URL(fileURLWithPath: arguments[2]).appendingPathComponent(kind.folder)
  guard FileManager.default.fileExists(atPath: folder.path) else { continue }
  let names = (rows[kind.folder] ?? []).sorted()
  switch kind.table {
  case .list:
    text += "\npackage let \(kind.name): [\(kind.element)] = [\n"
    for name in names { text += "  \(name)\(kind.suffix).self,\n" }
    text += "]\n"
  case .lookup:
    text += "\npackage func \(kind.name)(named name: String) -> (\(kind.element))? {\n  switch name {\n"
    for name in names { text += "  case \"\(name)\": \(name)\(kind.suffix).self\n" }
    text += "  default: nil\n  }\n}\n"
  }
}
do {
  try Data(text.utf8).write(to: URL(fileURLWithPath: arguments[1]), options: .atomic)
} catch {
  FileHandle.standardError.write(Data("RegistryTool: \(error)\n".utf8))
  exit(1)
}
