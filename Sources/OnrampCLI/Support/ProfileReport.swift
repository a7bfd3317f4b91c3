import Onramp

/// Where the time of a model's runs goes, as data and as a table.
struct ProfileReport: Encodable {
  /// A call, or all calls of one kernel.
  struct Row: Encodable {
    var kernel: String
    /// The node; nil for a sum.
    var label: String?
    var calls: Int
    var milliseconds: Double
    /// Of the whole time, from 0 to 1.
    var share: Double
    var flops: Double
    var gflops: Double
    /// Of what the threads can compute at most, from 0 to 1.
    var peakShare: Double
    var bytes: Int
    var gigabytes: Double

    enum CodingKeys: String, CodingKey {
      case kernel, label, calls, share, flops, bytes
      case milliseconds = "ms"
      case gflops = "gflop_per_s"
      case peakShare = "share_of_peak"
      case gigabytes = "gb_per_s"
    }

    init(_ calls: [Session.Profile.Call], label: String?, total: Double, peak: Double) {
      kernel = calls.first?.kernel ?? ""
      self.label = label
      self.calls = calls.count
      milliseconds = calls.reduce(0) { $0 + $1.time.milliseconds }
      flops = calls.reduce(0) { $0 + $1.cost.flops }
      bytes = calls.reduce(0) { $0 + $1.cost.bytes }
      let seconds = max(milliseconds / 1e3, .leastNonzeroMagnitude)
      share = milliseconds / total
      gflops = flops / seconds / 1e9
      peakShare = flops / seconds / peak
      gigabytes = Double(bytes) / seconds / 1e9
    }

    var line: String {
      let (rate, part) = flops > 0 ? (gflops.fixed(1), (100 * peakShare).fixed(1) + " %") : ("", "")
      return milliseconds.fixed(3).padded(10) + (100 * share).fixed(1).padded(7) + " %" + rate.padded(10)
        + part.padded(9) + (Double(bytes) / 1e6).fixed(2).padded(10) + gigabytes.fixed(1).padded(9)
        + "  \(kernel)" + (label.map { "  \($0)" } ?? " × \(calls)")
    }
  }

  struct Memory: Encodable {
    var arena: Int
    var leastArena: Int
    var scratch: Int
    var constants: Int

    enum CodingKeys: String, CodingKey {
      case arena = "arena_bytes"
      case leastArena = "arena_lower_bound_bytes"
      case scratch = "scratch_bytes"
      case constants = "constant_bytes"
    }
  }

  /// What the threads can compute at most, in 10⁹ floating-point operations a second.
  var peak: Double
  /// Of one run.
  var flops: Double
  var memory: Memory
  /// Sums of all calls of a kernel, the longest first.
  var kernels: [Row]
  /// Single calls, the longest first.
  var calls: [Row]

  enum CodingKeys: String, CodingKey {
    case flops, memory, kernels, calls
    case peak = "peak_gflop_per_s"
  }

  init(_ profile: Session.Profile) {
    let total = max(profile.calls.reduce(0) { $0 + $1.time.milliseconds }, .leastNonzeroMagnitude)
    peak = profile.peak / 1e9
    flops = profile.calls.reduce(0) { $0 + $1.cost.flops }
    memory = Memory(
      arena: profile.memory.arenaBytes, leastArena: profile.memory.leastArenaBytes,
      scratch: profile.memory.scratchBytes, constants: profile.memory.constantBytes)
    kernels = Dictionary(grouping: profile.calls, by: \.kernel).values.map {
      Row($0, label: nil, total: total, peak: profile.peak)
    }.sorted { $0.milliseconds > $1.milliseconds }
    calls = profile.calls.map { Row([$0], label: $0.label, total: total, peak: profile.peak) }
      .sorted { $0.milliseconds > $1.milliseconds }
  }

  /// Prints the kernels' sums, then the calls, then what concerns the whole.
  func print() {
    let header =
      "ms".padded(10) + "share".padded(9) + "GFLOP/s".padded(10) + "of peak".padded(9) + "MB".padded(10)
      + "GB/s".padded(9) + "  kernel"
    for rows in [kernels, calls] {
      Swift.print(header)
      for row in rows { Swift.print(row.line.escapedForTerminal) }
      Swift.print("")
    }
    let time = kernels.reduce(0) { $0 + $1.milliseconds }
    let rate = flops / max(time, .leastNonzeroMagnitude) / 1e6
    func size(_ bytes: Int) -> String { (Double(bytes) / 1_048_576).fixed(2) }
    Swift.print(
      """
      \((flops / 1e9).fixed(3)) GFLOP in \(time.fixed(3)) ms: \(rate.fixed(1)) GFLOP/s, \
      \((100 * rate / peak).fixed(1)) % of the \(peak.fixed(1)) that the threads can compute
      arena \(size(memory.arena)) MiB (\(size(memory.leastArena)) are alive at once), \
      of which one kernel takes up to \(size(memory.scratch)) for itself; constants \(size(memory.constants)) MiB
      """)
  }
}

/// The calls of some runs in the form that chrome://tracing and Perfetto read.
struct ChromeTrace: Encodable {
  struct Event: Encodable {
    struct Arguments: Encodable {
      var node: String
      var flops: Double
      var bytes: Int
    }
    var name: String
    var cat = "kernel"
    /// A complete event: begin and duration in one.
    var ph = "X"
    /// In microseconds.
    var ts: Double
    var dur: Double
    var pid = 1
    var tid = 1
    var args: Arguments
  }

  var traceEvents: [Event]
  var displayTimeUnit = "ms"

  init(_ profile: Session.Profile) {
    traceEvents = profile.spans.map { span in
      let call = profile.calls[span.call]
      return Event(
        name: call.kernel, ts: span.start.milliseconds * 1e3, dur: span.time.milliseconds * 1e3,
        args: Event.Arguments(node: call.label, flops: call.cost.flops, bytes: call.cost.bytes))
    }
  }
}

extension Duration {
  var milliseconds: Double { Double(components.seconds) * 1e3 + Double(components.attoseconds) * 1e-15 }
}

extension Double {
  /// The number rounded to so many decimals, at most nine.
  func fixed(_ decimals: Int) -> String {
    var unit = 1.0
    for _ in 0..<decimals { unit *= 10 }
    guard let scaled = Int(exactly: (magnitude * unit).rounded()) else { return "\(self)" }
    let (whole, fraction) = scaled.quotientAndRemainder(dividingBy: Int(unit))
    let sign = self < 0 && scaled > 0 ? "-" : ""
    guard decimals > 0 else { return "\(sign)\(whole)" }
    let digits = String(fraction)
    return "\(sign)\(whole)." + String(repeating: "0", count: max(0, decimals - digits.count)) + digits
  }
}

extension String {
  /// The text behind as many spaces as make it `width` characters long.
  func padded(_ width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
