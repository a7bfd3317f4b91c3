#if ImageCodecs
  import CImageCodecs

  #if canImport(Glibc)
    import Glibc
  #elseif canImport(Musl)
    import Musl
  #else
    import Darwin
  #endif
#endif

/// The pixels (height, width, channels) of the image file whose bytes operand 0 holds: uncompressed BMP and binary PNM;
/// with the package trait `ImageCodecs` also JPEG, JPEG 2000, PNG, TIFF and WebP.
///
/// Palettes become colours, gray becomes RGB where that is asked for, alpha is left out, samples become eight bits.
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
    let image = try DecodedImage.read(bytes)
    let layout = image.layout
    let channels = pixelFormat == .grayscale ? 1 : 3
    let result = try TensorSpec.checked(.uint8, [layout.height, layout.width, channels])
    return Prepared([result]) { [pixelFormat] invocation in
      let to = invocation.result(0, as: UInt8.self)
      image.bytes.withUnsafeBufferPointer { from in
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
}

/// An image's pixels, and how they lie in memory.
private struct DecodedImage: Sendable {
  let bytes: [UInt8]
  let layout: PixelLayout

  /// The image in a file of any format, which its first bytes tell.
  static func read(_ file: [UInt8]) throws(KernelError) -> Self {
    if file.starts(with: "BM".utf8) { return Self(bytes: file, layout: try PixelLayout(bitmap: file)) }
    if file.starts(with: "P5".utf8) { return Self(bytes: file, layout: try PixelLayout(portable: file, channels: 1)) }
    if file.starts(with: "P6".utf8) { return Self(bytes: file, layout: try PixelLayout(portable: file, channels: 3)) }
    if let codec = ImageCodec.allCases.first(where: { $0.reads(file) }) { return try decode(file, codec) }
    throw .unsupported("an image that is neither BMP, JPEG, JPEG 2000, PNG, PNM (P5, P6), TIFF nor WebP")
  }

  #if ImageCodecs
    private static func decode(_ file: [UInt8], _ codec: ImageCodec) throws(KernelError) -> Self {
      var image = onramp_image()
      guard codec.decode(file, file.count, &image) != 0, let pixels = image.pixels else {
        let reason = withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        throw .invalid("a \(codec.rawValue) image cannot be read: \(reason)")
      }
      defer { free(pixels) }
      let channels = Int(image.channels)
      let bytes = Array(UnsafeBufferPointer(start: pixels, count: image.height * image.width * channels))
      let layout = try PixelLayout(
        bytes, width: image.width, height: image.height, offset: 0, stride: image.width * channels,
        isUpsideDown: false, pixelStep: channels, channels: channels == 1 ? (0, 0, 0) : (0, 1, 2))
      return Self(bytes: bytes, layout: layout)
    }
  #else
    private static func decode(_ file: [UInt8], _ codec: ImageCodec) throws(KernelError) -> Self {
      throw .unsupported(
        "a \(codec.rawValue) image, which an Onramp built with the package trait ImageCodecs reads "
          + "(swift build --traits ImageCodecs)")
    }
  #endif
}

/// The formats that the system's libraries read.
private enum ImageCodec: String, CaseIterable {
  case jpeg = "JPEG"
  case jpeg2000 = "JPEG 2000"
  case png = "PNG"
  case tiff = "TIFF"
  case webp = "WebP"

  /// Whether a file starts as this format does; JPEG 2000 as a file or a bare code stream, TIFF in both byte orders.
  func reads(_ file: [UInt8]) -> Bool {
    switch self {
    case .jpeg: file.starts(with: [0xff, 0xd8, 0xff])
    case .jpeg2000: file.starts(with: [0, 0, 0, 12, 0x6a, 0x50, 0x20, 0x20]) || file.starts(with: [0xff, 0x4f, 0xff])
    case .png: file.starts(with: [0x89, 0x50, 0x4e, 0x47])
    case .tiff:
      file.starts(with: "II*\0".utf8) || file.starts(with: "MM\0*".utf8) || file.starts(with: "II+\0".utf8)
        || file.starts(with: "MM\0+".utf8)
    case .webp: file.starts(with: "RIFF".utf8) && file.dropFirst(8).starts(with: "WEBP".utf8)
    }
  }

  #if ImageCodecs
    var decode: @convention(c) (UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<onramp_image>?) -> CInt {
      switch self {
      case .jpeg: onramp_decode_jpeg
      case .jpeg2000: onramp_decode_jpeg2000
      case .png: onramp_decode_png
      case .tiff: onramp_decode_tiff
      case .webp: onramp_decode_webp
      }
    }
  #endif
}

/// Where in a file, or in what a decoder makes of it, the bytes of an image's pixels lie; all of them inside it.
private struct PixelLayout: Sendable {
  let width: Int
  let height: Int
  /// The first row's place, and how far apart rows and pixels lie; rows may go from the last to the first.
  private let start: Int
  private let rowStep: Int
  private let pixelStep: Int
  /// Where in a pixel its red, green and blue are.
  private let channels: (red: Int, green: Int, blue: Int)

  init(
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
  init(bitmap bytes: [UInt8]) throws(KernelError) {
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
  init(portable bytes: [UInt8], channels: Int) throws(KernelError) {
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
  func pixel(_ bytes: UnsafeBufferPointer<UInt8>, _ i: Int, _ j: Int) -> (red: UInt8, green: UInt8, blue: UInt8) {
    let pixel = start + i * rowStep + j * pixelStep
    return (bytes[pixel + channels.red], bytes[pixel + channels.green], bytes[pixel + channels.blue])
  }
}
