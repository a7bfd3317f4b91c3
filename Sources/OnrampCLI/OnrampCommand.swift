import ArgumentParser
import Logging
import Onramp

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

@main
struct OnrampCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "onramp",
    abstract: "Gets ONNX models ready to deploy: checks, rewrites, converts, compiles and runs them.",
    subcommands: [Validate.self, Inspect.self, Convert.self, Run.self, Bench.self, Ops.self])
}

/// What every command takes.
struct CommonOptions: ParsableArguments {
  @Flag(name: [.short, .long], help: "Say on standard error what is done.")
  var verbose = false

  func startLog() {
    let level: Logger.Level = verbose ? .debug : .notice
    LoggingSystem.bootstrap { label in
      var handler = PlainLogHandler(label: label)
      handler.logLevel = level
      return handler
    }
  }
}

/// Writes each message as a line on standard error, without time or label.
struct PlainLogHandler: LogHandler {
  let label: String
  var logLevel: Logger.Level = .notice
  var metadata: Logger.Metadata = [:]

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    printError("\(event.message)".escapedForTerminal)
  }
}

/// Writes a line to standard error.
func printError(_ text: String) {
  let bytes = Array((text + "\n").utf8)
  var written = 0
  while written < bytes.count {
    let count = bytes.withUnsafeBytes {
      write(STDERR_FILENO, $0.baseAddress?.advanced(by: written), $0.count - written)
    }
    guard count > 0 else { return }
    written += count
  }
}

/// The command's exit statuses.
extension ExitCode {
  /// The model has errors, or a comparison failed.
  static let doesNotHold = ExitCode(1)
  /// A file cannot be read.
  static let unreadable = ExitCode(66)
}

/// Runs a command's work; says what went wrong and ends with the right status.
func reporting(_ body: () throws -> Void) throws {
  do {
    try body()
  } catch let error as Diagnostic {
    printError("\(error)")
    throw error.code == .unreadable ? ExitCode.unreadable : .doesNotHold
  } catch let error as SessionError {
    for diagnostic in error.diagnostics { printError("\(diagnostic)") }
    throw ExitCode.doesNotHold
  } catch let error as LegalizationError {
    for diagnostic in error.diagnostics { printError("\(diagnostic)") }
    throw ExitCode.doesNotHold
  } catch let error as KernelError {
    printError("error: \(error)")
    throw ExitCode.doesNotHold
  }
}
