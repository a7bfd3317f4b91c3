import Graph
import KernelRuntime

/// The pixels of an image file.
enum ImageDecoderOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    _ = try call.shape(0, rank: 1)
    let format = try call.choice("pixel_format", of: ImageDecoderKernel.PixelFormat.self)
    return [.tensor(TensorType(.uint8, [.local("height"), .local("width"), format == .grayscale ? 1 : 3]))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    ImageDecoderKernel(pixelFormat: try call.choice("pixel_format"))
  }
}
