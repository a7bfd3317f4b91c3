import Foundation
import Onramp
import Testing

@Suite struct ReadmeTests {
  @Test func theExampleRuns() throws {
    let classes = try readmeExample(path: "\(packageFolder)/Fixtures/segnet/model.onnx")
    #expect(classes?.shape == [1, 4, 32, 32])
  }

  @Test func theExampleIsTheOneInTheReadme() throws {
    let source = try String(contentsOfFile: "\(packageFolder)/Tests/OnrampTests/ReadmeExample.swift", encoding: .utf8)
    let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
    let begin = try #require(lines.firstIndex { $0.contains("README: begin") })
    let end = try #require(lines.firstIndex { $0.contains("README: end") })
    let example = lines[(begin + 1)..<end].map { $0.hasPrefix("  ") ? String($0.dropFirst(2)) : String($0) }
    let readme = try String(contentsOfFile: "\(packageFolder)/README.md", encoding: .utf8)
    #expect(readme.contains(example.joined(separator: "\n").replacing("path: path", with: "path: \"model.onnx\"")))
  }
}
