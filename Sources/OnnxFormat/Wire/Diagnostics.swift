internal import Graph
internal import KernelRuntime

extension Diagnostic {
  static func malformed(_ message: String, help: String? = nil) -> Diagnostic {
    Diagnostic(.error, .malformed, message, help: help)
  }
  static func limit(_ message: String, help: String? = nil) -> Diagnostic {
    Diagnostic(.error, .limit, message, help: help)
  }
  static func unreadable(_ message: String, help: String? = nil) -> Diagnostic {
    Diagnostic(.error, .unreadable, message, help: help)
  }
  static func unwritable(_ message: String, help: String? = nil) -> Diagnostic {
    Diagnostic(.error, .unwritable, message, help: help)
  }
  static func externalData(_ message: String, help: String? = nil) -> Diagnostic {
    Diagnostic(.error, .externalData, message, help: help)
  }
}
