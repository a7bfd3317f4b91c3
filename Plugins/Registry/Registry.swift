import Foundation
import PackagePlugin

/// Writes `Registry.swift` for a module: one table for each registered kind of declaration, with a row for each
/// file in that kind's folder. A file is thereby the only place where an operator, a rule or a kernel is entered.
@main
struct Registry: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    guard let module = target as? SwiftSourceModuleTarget else { return [] }
    let output = context.pluginWorkDirectoryURL.appending(path: "Registry.swift")
    let sources = module.sourceFiles(withSuffix: ".swift").map(\.url)
    return [
      .buildCommand(
        displayName: "Registry of \(target.name)",
        executable: try context.tool(named: "RegistryTool").url,
        arguments: [output.path, module.directoryURL.path] + sources.map(\.path),
        inputFiles: sources,
        outputFiles: [output])
    ]
  }
}
