import Foundation
import KernelRuntime
import Testing

/// A picture of 6 × 8 pixels, (30 j, 40 i, 100), in each format.
private let images: [(format: String, text: String)] = [
  (
    "JPEG",
    """
    /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8XGBYU
    GBIUFRT/2wBDAQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBT/wAARCAAGAAgD
    AREAAhEBAxEB/8QAFAABAAAAAAAAAAAAAAAAAAAABf/EAB0QAAAFBQAAAAAAAAAAAAAAAAADBQcIISNBQuH/xAAUAQEAAAAAAAAAAAAAAAAAAAAF
    /8QAGxEAAQQDAAAAAAAAAAAAAAAAAAQFBjEHISL/2gAMAwEAAhEDEQA/AAGtiujWak414B3eXqN2FY7niriz/9k=
    """
  ),
  (
    "JPEG 2000",
    """
    /0//UQAvAAAAAAAIAAAABgAAAAAAAAAAAAAACAAAAAYAAAAAAAAAAAADBwEBBwEBBwEB/1IADAAAAAEAAgQEAAH/XAAKQEBISFBISFD/ZAAlAAFD
    cmVhdGVkIGJ5IE9wZW5KUEVHIHZlcnNpb24gMi41LjT/kAAKAAAAAABEAAH/k9+AIAlcPYffgCAGkVs5w+cICIGOf8faCAANAv9/oD4QwAj/f4DB
    84QAG+2nf6H1AgAMvygegP/Z
    """
  ),
  (
    "PNG",
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAGCAIAAABxZ0isAAAAGElEQVR4nGNkYEiRY2DARCwMGgxYAT0kAOneAhSDT89FAAAAAElFTkSuQmCC"
  ),
  (
    "TIFF",
    """
    SUkqAAgAAAAKAAABBAABAAAACAAAAAEBBAABAAAABgAAAAIBAwADAAAAhgAAAAMBAwABAAAAAQAAAAYBAwABAAAAAgAAABEBBAABAAAAjAAAABUB
    AwABAAAAAwAAABYBBAABAAAABgAAABcBBAABAAAAkAAAABwBAwABAAAAAQAAAAAAAAAIAAgACAAAAGQeAGQ8AGRaAGR4AGSWAGS0AGTSAGQAKGQe
    KGQ8KGRaKGR4KGSWKGS0KGTSKGQAUGQeUGQ8UGRaUGR4UGSWUGS0UGTSUGQAeGQeeGQ8eGRaeGR4eGSWeGS0eGTSeGQAoGQeoGQ8oGRaoGR4oGSW
    oGS0oGTSoGQAyGQeyGQ8yGRayGR4yGSWyGS0yGTSyGQ=
    """
  ),
  ("WebP", "UklGRioAAABXRUJQVlA4TB4AAAAvB0ABALmM6H/sIqL/ASEBYY7/GyULxmPIYgKQWjY="),
]

private func bytes(_ text: String) throws -> [UInt8] {
  [UInt8](try #require(Data(base64Encoded: text, options: .ignoreUnknownCharacters)))
}

private func decode(_ file: [UInt8], _ format: ImageDecoderKernel.PixelFormat = .rgb) throws -> Tensor {
  try ImageDecoderKernel(pixelFormat: format).evaluate([Tensor(file, shape: [file.count])], threads: threads)[0]
}

@Suite struct ImageTests {
  #if ImageCodecs
    @Test(arguments: images)
    func decodes(_ image: (format: String, text: String)) throws {
      let file = try bytes(image.text)
      // JPEG loses a little; the others nothing.
      let tolerance = image.format == "JPEG" ? 12 : 0
      for format in [ImageDecoderKernel.PixelFormat.rgb, .bgr] {
        let result = try decode(file, format)
        #expect(result.shape == [6, 8, 3])
        let wrong = zip(result.integers ?? [], 0...).filter { value, at in
          let channel = format == .rgb ? at % 3 : 2 - at % 3
          return abs(value - [at / 3 % 8 * 30, at / 24 * 40, 100][channel]) > tolerance
        }
        #expect(wrong.isEmpty, "\(image.format) \(format): \(wrong.count) values are wrong")
      }
      let gray = try decode(file, .grayscale)
      #expect(gray.shape == [6, 8, 1])
      // 0.299 · 210 + 0.587 · 200 + 0.114 · 100
      #expect(abs((gray.integers?.last ?? 0) - 192) <= tolerance)
    }

    /// A file that ends early is refused; the last bytes may be ones that a decoder does not need.
    @Test(arguments: images)
    func refusesWhatIsCutOff(_ image: (format: String, text: String)) throws {
      let file = try bytes(image.text)
      for count in 0..<file.count {
        do {
          let result = try decode([UInt8](file[..<count]))
          #expect(result.shape == [6, 8, 3] && count > file.count * 3 / 4, "\(image.format) cut to \(count) bytes")
        } catch let error as KernelError {
          #expect(error.kind == .invalid || error.kind == .unsupported)
        }
      }
    }

    /// Whatever bytes are changed, there is an error or an image of bounded size.
    @Test(arguments: images)
    func survivesCorruption(_ image: (format: String, text: String)) throws {
      let file = try bytes(image.text)
      let seed = UInt64.random(in: 0...UInt64.max)
      print("\(image.format): seed \(seed)")
      var generator = SeededGenerator(seed: seed)
      for _ in 0..<400 {
        var broken = file
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
          broken[Int.random(in: 0..<broken.count, using: &generator)] = .random(in: 0...255, using: &generator)
        }
        do {
          let result = try decode(broken)
          #expect(result.shape.count == 3)
        } catch is KernelError {}
      }
    }

    /// A header that claims more pixels than any image may have asks for no memory.
    @Test(arguments: [
      // PNG: IHDR of 10⁶ × 10⁶ pixels with its checksum.
      ("PNG", "iVBORw0KGgoAAAANSUhEUgAPQkAAD0JACAIAAADTD68qAAAADElEQVR4nGNgoD0AAABkAAGGZDw1AAAAAElFTkSuQmCC"),
      // JPEG: a frame of 65500 × 65500 pixels.
      ("JPEG", "/9j/wAALCP/c/9wBAREA/9oACAEBAAA/AP/Z"),
    ])
    func boundsTheSize(_ format: String, _ text: String) throws {
      let file = try bytes(text)
      let error = #expect(throws: KernelError.self) { try decode(file) }
      #expect(error?.description.contains("too many pixels") == true, "\(error?.description ?? "")")
    }
  #else
    @Test(arguments: images)
    func saysHowToDecode(_ image: (format: String, text: String)) throws {
      let file = try bytes(image.text)
      let error = #expect(throws: KernelError.self) { try decode(file) }
      #expect(error?.kind == .unsupported)
      #expect(error?.description.contains("swift build --traits ImageCodecs") == true)
    }
  #endif

  @Test func refusesOtherFiles() {
    #expect(throws: KernelError.self) { try decode([UInt8]("GIF89a".utf8)) }
  }
}
