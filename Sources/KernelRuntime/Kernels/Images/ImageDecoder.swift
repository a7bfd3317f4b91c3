/// The pixels (height, width, channels) of the image file whose bytes operand 0 holds: uncompressed BMP, or binary PNM.
public struct ImageDecoderKernel: Kernel {
  public enum PixelFormat: String, Codable, Sendable {
    case rgb = "RGB"
    case bgr = "BGR"
    case grayscale = "Grayscale"
  }

  public var pixelFormat: PixelFormat

  public init(pixelFormat: PixelFormat = .rgb) { self.pixelFormat = pixelFormat }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    guard let bytes = try operands.tensor(0).elements(as: UInt8.self) else {
      throw .invalid("the bytes of an image must be of type uint8")
    }
    let layout = try PixelLayout(bytes)
    let channels = pixelFormat == .grayscale ? 1 : 3
    let result = try TensorSpec.checked(.uint8, [layout.height, layout.width, channels])
    return Prepared([result]) { [pixelFormat] invocation in
      let from = invocation.operand(0, as: UInt8.self)
      let to = invocation.result(0, as: UInt8.self)
      for i in 0..<layout.height {
        for j in 0..<layout.width {
          let (red, green, blue) = layout.pixel(from, i, j)
          let pixel = to + (i * layout.width + j) * channels
          switch pixelFormat {
          case .rgb: (pixel[0], pixel[1], pixel[2]) = (red, green, blue)
          case .bgr: (pixel[0], pixel[1], pixel[2]) = (blue, green, red)
          case .grayscale:
            // The luma of ITU-R BT.601, in 16-bit fixed point.
            let luma = 19595 * UInt32(red) + 38470 * UInt32(green) + 7471 * UInt32(blue)
            pixel[0] = UInt8(truncatingIfNeeded: (luma + 0x8000) >> 16)
          }
        }
      }
    }
  }
}

/// Where in a file the bytes of an image's pixels lie; all of them inside it.
private struct PixelLayout: Sendable {
  let width: Int
  let height: Int
  /// The first row's place, and how far apart rows and pixels lie; rows may go from the last to the first.
  private let start: Int
  private let rowStep: Int
  private let pixelStep: Int
  /// Where in a pixel its red, green and blue are.
  private let channels: (red: Int, green: Int, blue: Int)

  init(_ bytes: [UInt8]) throws(KernelError) {
    switch (bytes.first, bytes.dropFirst().first) {
    case (UInt8(ascii: "B"), UInt8(ascii: "M")): self = try Self(bitmap: bytes)
    case (UInt8(ascii: "P"), UInt8(ascii: "5")): self = try Self(portable: bytes, channels: 1)
    case (UInt8(ascii: "P"), UInt8(ascii: "6")): self = try Self(portable: bytes, channels: 3)
    default: throw .unsupported("an image that is neither BMP nor binary PGM or PPM")
    }
  }

  private init(
    _ bytes: [UInt8], width: Int, height: Int, offset: Int, stride: Int, isUpsideDown: Bool, pixelStep: Int,
    channels: (Int, Int, Int)
  ) throws(KernelError) {
    guard width > 0, height > 0, offset >= 0, offset <= bytes.count,
      try checkedProduct(height, stride) <= bytes.count - offset
    else { throw .invalid("an image of \(width) × \(height) pixels does not fit into its \(bytes.count) bytes") }
    self.width = width
    self.height = height
    start = isUpsideDown ? offset + (height - 1) * stride : offset
    rowStep = isUpsideDown ? -stride : stride
    self.pixelStep = pixelStep
    self.channels = channels
  }

  /// Source: Microsoft's description of BITMAPFILEHEADER and BITMAPINFOHEADER.
  private init(bitmap bytes: [UInt8]) throws(KernelError) {
    guard bytes.count >= 54 else { throw .invalid("a BMP image ends in its header") }
    func number(_ at: Int, _ count: Int) -> Int {
      bytes[at..<at + count].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
    func signed(_ at: Int) -> Int { Int(Int32(truncatingIfNeeded: number(at, 4))) }
    let (width, height, bits) = (signed(18), signed(22), number(28, 2))
    guard bits == 24 || bits == 32, number(30, 4) == 0 else {
      throw .unsupported("a BMP image that is compressed or has \(bits) bits a pixel")
    }
    guard width > 0 else { throw .invalid("a BMP image of \(width) × \(height) pixels") }
    // Rows start at multiples of four bytes, and the last row comes first unless the height is negative.
    try self.init(
      bytes, width: width, height: abs(height), offset: number(10, 4), stride: (width * bits / 8 + 3) / 4 * 4,
      isUpsideDown: height > 0, pixelStep: bits / 8, channels: (2, 1, 0))
  }

  /// Source: Netpbm's descriptions of PGM and PPM.
  private init(portable bytes: [UInt8], channels: Int) throws(KernelError) {
    var at = 2
    var numbers: [Int] = []
    while numbers.count < 3 {
      // Blanks and comments come before each number.
      while at < bytes.count, bytes[at] == UInt8(ascii: "#") || Self.isBlank(bytes[at]) {
        if bytes[at] == UInt8(ascii: "#") {
          while at < bytes.count, bytes[at] != UInt8(ascii: "\n") { at += 1 }
        } else {
          at += 1
        }
      }
      let digits = bytes[at...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      guard !digits.isEmpty, digits.count < 10 else { throw .invalid("a PNM image breaks its header's form") }
      numbers.append(digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) })
      at += digits.count
    }
    guard numbers[2] == 255 else { throw .unsupported("a PNM image whose greatest value is \(numbers[2])") }
    try self.init(
      bytes, width: numbers[0], height: numbers[1], offset: at + 1, stride: numbers[0] * channels, isUpsideDown: false,
      pixelStep: channels, channels: channels == 1 ? (0, 0, 0) : (0, 1, 2))
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || (9...13).contains(byte) }

  @inline(__always)
  func pixel(_ bytes: UnsafePointer<UInt8>, _ i: Int, _ j: Int) -> (red: UInt8, green: UInt8, blue: UInt8) {
    let pixel = bytes + start + i * rowStep + j * pixelStep
    return (pixel[channels.red], pixel[channels.green], pixel[channels.blue])
  }
}
