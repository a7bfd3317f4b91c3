import Synchronization

/// Notes which version adapters are taken, and leaves one out: for tests of whether each is needed.
///
/// It holds for what a task does inside `AdapterProbe.$current.withValue(_:)`.
package final class AdapterProbe: Sendable {
  @TaskLocal package static var current: AdapterProbe?

  private let omitted: VersionStep?
  private let steps = Mutex<Set<VersionStep>>([])

  package init(omitting omitted: VersionStep? = nil) { self.omitted = omitted }

  /// The steps for which there is an adapter that was called, or left out.
  package var taken: Set<VersionStep> { steps.withLock { $0 } }

  /// Whether the adapter for a step is to be called.
  static func allows(_ step: VersionStep) -> Bool {
    guard let current else { return true }
    current.steps.withLock { _ = $0.insert(step) }
    return step != current.omitted
  }
}
