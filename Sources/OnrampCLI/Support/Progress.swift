import Dispatch

/// Says on standard error what is being done, once it takes longer than a second.
func withProgress<T>(_ activity: String, _ body: () throws -> T) rethrows -> T {
  let timer = DispatchSource.makeTimerSource(queue: .global())
  timer.schedule(deadline: .now() + 1)
  timer.setEventHandler { printError("\(activity) ...") }
  timer.resume()
  defer { timer.cancel() }
  return try body()
}
