import ArgumentParser
import Foundation
import Onramp

struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure how long a model takes.",
    discussion: "Runs the model on made-up inputs: once, then three times more, then until the time is up.")

  @Argument(help: "The model, an .onnx file or a compiled .plan.") var model: String
  @Option(help: "How many threads to use; by default one for each processor.") var threads: Int?
  @Option(help: "How long to measure, in seconds.") var seconds = 2.0
  @OptionGroup var dimensions: DimensionOptions
  @Flag(help: "Print one JSON object.") var json = false
  @Flag(help: "Print where the time goes, kernel call by kernel call.") var profile = false
  @OptionGroup var exactness: ExactnessOptions
  @OptionGroup var common: CommonOptions

  struct Report: Encodable {
    /// From opening the file to being ready to run, in milliseconds.
    let load: Double
    let firstRun: Double
    let median: Double
    let least: Double
    let runs: Int
    /// In MiB.
    let peakMemory: Double

    enum CodingKeys: String, CodingKey {
      case load = "load_ms"
      case firstRun = "first_run_ms"
      case median = "median_ms"
      case least = "min_ms"
      case runs
      case peakMemory = "peak_rss_mib"
    }
  }

  func run() throws {
    common.startLog()
    try reporting {
      let clock = ContinuousClock()
      let start = clock.now
      let session =
        try Plan.isPlan(path: model)
        ? Session(plan: model, threads: threads)
        : Session(
          OnnxModel(path: model), threads: threads, options: Compiler.Options(exact: exactness.exact))
      var random = RandomInputs()
      let values = try random.values(for: session.inputs, dimensions: dimensions.values)
      try session.prepare(values.map { $0.tensor?.spec })
      let load = clock.now - start
      let first = try clock.measure { _ = try session.run(values) }
      for _ in 0..<3 { _ = try session.run(values) }
      var times: [Duration] = []
      let end = clock.now + .seconds(seconds)
      while clock.now < end || times.count < 5 { times.append(try clock.measure { _ = try session.run(values) }) }
      times.sort()
      if profile { printProfile(try session.profile(values, runs: min(times.count, 20))) }
      let report = Report(
        load: load.milliseconds, firstRun: first.milliseconds, median: times[times.count / 2].milliseconds,
        least: times[0].milliseconds, runs: times.count, peakMemory: peakMemory())
      if json {
        try printJSONLine(report)
      } else {
        print(
          String(
            format:
              "median %.3f ms, least %.3f ms over %d runs; loaded in %.1f ms, first run %.1f ms; %.0f MiB at most",
            report.median, report.least, report.runs, report.load, report.firstRun, report.peakMemory))
      }
    }
  }

  /// Prints the kernels' sums, then the calls, each with its share of the whole, the longest first.
  private func printProfile(_ calls: [Session.KernelTime]) {
    let total = max(calls.reduce(0) { $0 + $1.time.milliseconds }, .leastNonzeroMagnitude)
    func printLine(_ time: Duration, _ text: String) {
      let milliseconds = time.milliseconds
      print(String(format: "%9.3f ms %5.1f %%  ", milliseconds, 100 * milliseconds / total) + text)
    }
    let kernels = Dictionary(grouping: calls, by: \.kernel).map { name, calls in
      (text: "\(name) × \(calls.count)", time: calls.reduce(.zero) { $0 + $1.time })
    }
    for kernel in kernels.sorted(by: { $0.time > $1.time }) { printLine(kernel.time, kernel.text) }
    print("")
    for call in calls.sorted(by: { $0.time > $1.time }) { printLine(call.time, "\(call.kernel)  \(call.label)") }
    print("")
  }

  /// The most memory that the process has held so far, in MiB.
  private func peakMemory() -> Double {
    #if os(Linux)
      // What getrusage says includes the process that started this one; the kernel's own count does not.
      let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
      let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
      return line.flatMap { Double($0.filter(\.isNumber)) }.map { $0 / 1024 } ?? 0
    #else
      var usage = rusage()
      getrusage(RUSAGE_SELF, &usage)
      return Double(usage.ru_maxrss) / 1_048_576
    #endif
  }
}

extension Duration {
  var milliseconds: Double { Double(components.seconds) * 1e3 + Double(components.attoseconds) * 1e-15 }
}
