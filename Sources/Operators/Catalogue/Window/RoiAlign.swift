import Graph
import KernelRuntime

/// Regions of an image, each sampled by interpolation on a grid of one size.
enum RoiAlignOp: OperatorDefinition {
  private enum Mode: String { case avg, max }
  private enum Transformation: String {
    case halfPixel = "half_pixel"
    case outputHalfPixel = "output_half_pixel"
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let (x, regions, batches) = (try call.shape(0, rank: 4), try call.shape(1, rank: 2), try call.shape(2, rank: 1))
    let (height, width) = (try call.int("output_height"), try call.int("output_width"))
    guard height > 0, width > 0 else { throw .attribute("the output of RoiAlign is \(height) by \(width)") }
    var count = regions?[0] ?? batches?[0] ?? .local("count")
    if let batches { count = try call.unify(count, batches[0], "the numbers of regions and batch indices") }
    let shape = [count, x?[1] ?? .local("channels"), Dimension(height), Dimension(width)]
    return [try call.tensorType(like: 0, shape)]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    RoiAlignKernel(
      isMax: try call.choice("mode", of: Mode.self) == .max, outputHeight: try call.int("output_height"),
      outputWidth: try call.int("output_width"), samplingRatio: try call.int("sampling_ratio"),
      spatialScale: Double(try call.float("spatial_scale")),
      halfPixel: try call.choice("coordinate_transformation_mode", of: Transformation.self) == .halfPixel)
  }
}
