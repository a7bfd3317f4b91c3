import ArgumentParser
import Onramp

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure how long a model takes.",
    discussion: "Runs the model on made-up inputs: once, then three times more, then until the time is up.")

  @Argument(help: "The model, an .onnx file or a compiled .plan.") var model: String
  @Option(help: "How many threads to use; by default one for each processor.") var threads: Int?
  @Option(help: "How long to measure, in seconds.") var seconds = 2.0
  @OptionGroup var dimensions: DimensionOptions
  @Flag(help: "Print one JSON object.") var json = false
  @Flag(help: "Print where the time goes, kernel by kernel and call by call.") var profile = false
  @Option(
    help: ArgumentHelp("Write the kernel calls of a few runs to a file for chrome://tracing.", valueName: "file"))
  var trace: String?
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
    let profile: ProfileReport?

    enum CodingKeys: String, CodingKey {
      case load = "load_ms"
      case firstRun = "first_run_ms"
      case median = "median_ms"
      case least = "min_ms"
      case runs
      case peakMemory = "peak_rss_mib"
      case profile
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
      let peakMemory = peakMemory()
      times.sort()
      let profiled = try profile || trace != nil ? session.profile(values, runs: min(times.count, 20)) : nil
      if let profiled, let trace { try write(ChromeTrace(profiled), to: trace) }
      let details = profile ? profiled.map(ProfileReport.init) : nil
      let report = Report(
        load: load.milliseconds, firstRun: first.milliseconds, median: times[times.count / 2].milliseconds,
        least: times[0].milliseconds, runs: times.count, peakMemory: peakMemory, profile: details)
      if json { return try printJSONLine(report) }
      details?.print()
      print(
        """
        median \(report.median.fixed(3)) ms, least \(report.least.fixed(3)) ms over \(report.runs) runs; \
        loaded in \(report.load.fixed(1)) ms, first run \(report.firstRun.fixed(1)) ms; \
        \(report.peakMemory.fixed(0)) MiB at most
        """)
    }
  }

  private func write(_ trace: ChromeTrace, to path: String) throws {
    do {
      try JSONEncoder().encode(trace).write(to: URL(filePath: path))
    } catch {
      throw Diagnostic(.error, .unwritable, "\"\(path)\" cannot be written")
    }
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
