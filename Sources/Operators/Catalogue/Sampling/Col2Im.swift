import Graph
import KernelRuntime

/// An image put together of columns, each of which holds one block of it; where blocks overlap they add up.
enum Col2ImOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let x = try call.shape(0, rank: 3)
    let block = try call.shape(from: 2)
    // Where nothing is known of the image, the attributes may tell how many dimensions it has.
    var rank = block?.count
    for (name, perAxis) in [("dilations", 1), ("strides", 1), ("pads", 2)] {
      if let list = try call.optionalInts(name) { rank = list.count / perAxis }
    }
    var image = try call.shape(from: 1)
    if image == nil, let rank { image = call.unknownShape(rank: rank) }
    guard let image else { return [try call.tensorType(like: 0, nil)] }
    if let block, block.count != image.count {
      throw .shape("Col2Im has blocks of \(block.count) dimensions in an image of \(image.count)")
    }
    guard let x else { return [try call.tensorType(like: 0, [.local("batch"), .local("channels")] + image)] }
    var channels = Dimension.local("channels")
    if let block {
      let size = call.count(block)
      if let rows = x[1].value, let size = size.value, size == 0 || rows % size != 0 {
        throw .shape("\(rows) rows of Col2Im do not divide into blocks of \(size)")
      }
      channels = x[1].floorDivided(by: size)
    }
    return [try call.tensorType(like: 0, [x[0], channels] + image)]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel {
    Col2ImKernel(
      dilations: try call.optionalInts("dilations") ?? [], pads: try call.optionalInts("pads") ?? [],
      strides: try call.optionalInts("strides") ?? [])
  }
}
