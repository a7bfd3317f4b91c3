import Foundation
import Onramp
import Testing

/// What is measured of a model: by the library, and by the command as a table, as JSON and as a trace.
@Suite struct BenchTests {
  /// A convolution and a pool, 2 · 4 · 36 products of 27 factors each, then 4 · 9 maxima of 4.
  private func example() throws -> OnnxModel {
    let weights = try Tensor((0..<108).map { Float($0 % 5) }, shape: [4, 3, 3, 3])
    return model(
      [
        NodeProto("Conv", name: "first", input: ["x", "w"], output: ["c"]),
        NodeProto(
          "MaxPool", name: "second", input: ["c"], output: ["y"],
          attribute: [AttributeProto("kernel_shape", ints: [2, 2]), AttributeProto("strides", ints: [2, 2])]),
      ], inputs: [("x", .float, TensorShapeProto([1, 3, 8, 8].map { .value($0) }))], outputs: ["y"],
      initializers: [TensorProto(name: "w", tensor: weights)])
  }

  @Test(arguments: [false, true]) func aProfileStatesWhatIsComputed(reference: Bool) throws {
    let session = try Session(example(), threads: 1, options: Compiler.Options(reference: reference))
    let input = try floats([Float](repeating: 1, count: 192), [1, 3, 8, 8])
    let profile = try session.profile([input], runs: 3)
    let flops: [Double] = profile.calls.map(\.cost.flops)
    let (products, maxima) = (Double(2 * 4 * 36 * 27), Double(4 * 9 * 4))
    #expect(flops.filter { $0 > 0 } == [products, maxima])
    #expect(profile.spans.count == 3 * profile.calls.count)
    #expect(profile.calls.allSatisfy { $0.cost.bytes > 0 || $0.cost.flops == 0 })
    #expect(profile.peak > 1e8)
    #expect(profile.memory.arenaBytes >= profile.memory.leastArenaBytes)
    #expect(profile.memory.constantBytes >= 108 * 4)
    // Spans do not overlap: one call ends before the next begins.
    for (a, b) in zip(profile.spans, profile.spans.dropFirst()) { #expect(a.start + a.time <= b.start) }
  }

  /// The command, which lies beside the tests.
  private static let command = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    .appendingPathComponent("onramp")
  private static var hasCommand: Bool { FileManager.default.isExecutableFile(atPath: command.path) }

  private func onramp(_ arguments: [String]) throws -> Data {
    let process = Process()
    let output = Pipe()
    process.executableURL = Self.command
    process.arguments = arguments
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return data
  }

  private let fixturePath = "\(packageFolder)/Fixtures/segnet-static/model.onnx"

  @Test(.enabled(if: hasCommand)) func theTableHasAllCalls() throws {
    let text = String(
      decoding: try onramp(["bench", fixturePath, "--seconds", "0.01", "--threads", "2", "--profile"]), as: UTF8.self)
    let tables = text.split(separator: "GB/s  kernel")
    try #require(tables.count == 3)
    #expect(tables[1].contains("Conv × "))
    #expect(tables[1].contains("%"))
    #expect(tables[2].contains("GFLOP/s"))
    #expect(tables[2].contains("arena"))
    #expect(text.contains("median"))
  }

  @Test(.enabled(if: hasCommand)) func theReportAndTheTraceAgree() throws {
    struct Report: Decodable {
      struct Profile: Decodable {
        struct Row: Decodable {
          var kernel: String
          var calls: Int
          var ms: Double
          var share: Double
          var flops: Double
          var shareOfPeak: Double
        }
        var kernels: [Row]
        var calls: [Row]
        var flops: Double
        var peakGflopPerS: Double
      }
      var profile: Profile
      var medianMs: Double
      var peakRssMib: Double
    }
    struct Trace: Decodable {
      struct Event: Decodable {
        var name: String
        var ph: String
        var ts: Double
        var dur: Double
      }
      var traceEvents: [Event]
    }
    let path = NSTemporaryDirectory() + "onramp-\(UInt64.random(in: .min ... .max)).json"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let data = try onramp([
      "bench", fixturePath, "--seconds", "0.01", "--threads", "1", "--profile", "--json", "--trace", path,
    ])
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let report = try decoder.decode(Report.self, from: data)
    #expect(report.profile.calls.count == report.profile.kernels.reduce(0) { $0 + $1.calls })
    #expect(abs(report.profile.kernels.reduce(0) { $0 + $1.share } - 1) < 1e-6)
    #expect(report.profile.kernels.reduce(0) { $0 + $1.flops } == report.profile.flops)
    #expect(report.profile.calls.allSatisfy { $0.shareOfPeak >= 0 && $0.ms >= 0 })
    #expect(report.profile.peakGflopPerS > 0.1)
    #expect(report.medianMs > 0 && report.peakRssMib > 1)
    let events = try JSONDecoder().decode(Trace.self, from: Data(contentsOf: URL(fileURLWithPath: path))).traceEvents
    #expect(!events.isEmpty && events.count.isMultiple(of: report.profile.calls.count))
    #expect(events.allSatisfy { $0.ph == "X" && $0.ts >= 0 && $0.dur >= 0 })
    #expect(Set(events.map(\.name)) == Set(report.profile.kernels.map(\.kernel)))
  }
}
