import Graph
import KernelRuntime
import OnnxFormat

extension AttributeProto {
  /// The attribute's type; before version 3 of the format files did not say it, and the field that is set tells.
  var inferredType: AttributeType? {
    if let type, type != .undefined { return type }
    if f != nil { return .float }
    if i != nil { return .int }
    if s != nil { return .string }
    if t != nil { return .tensor }
    if g != nil { return .graph }
    if !floats.isEmpty { return .floats }
    if !ints.isEmpty { return .ints }
    if !strings.isEmpty { return .strings }
    if !tensors.isEmpty { return .tensors }
    if !graphs.isEmpty { return .graphs }
    return nil
  }
}

extension SparseTensorProto {
  /// The tensor with all its elements, those not listed zero.
  func dense(externalData: ExternalData?) throws(Diagnostic) -> Tensor {
    guard let values = try values?.tensor(external: externalData),
      let indices = try indices?.tensor(external: externalData), let positions = indices.integers
    else { throw Diagnostic(.error, .malformed, "a sparse tensor lacks its values or its indices") }
    let spec = TensorSpec(values.type, dims)
    let count = try unwrap { () throws(KernelError) in try spec.checkedCount() }
    let linear = try linearPositions(positions, rank: indices.shape.count, of: values.count, count: count)
    guard values.type != .string else { throw .unsupported("a sparse tensor of strings") }
    let width = values.type.byteCount
    return try unwrap { () throws(KernelError) in
      try Tensor(spec) { address in
        address.initializeMemory(as: UInt8.self, repeating: 0, count: count * width)
        for (i, position) in linear.enumerated() {
          (address + position * width).copyMemory(from: values.address + i * width, byteCount: width)
        }
      }
    }
  }

  private func linearPositions(
    _ positions: [Int], rank: Int, of valueCount: Int, count: Int
  ) throws(Diagnostic) -> [Int] {
    let width = rank == 2 ? dims.count : 1
    guard positions.count == valueCount * width else {
      throw Diagnostic(.error, .malformed, "a sparse tensor has \(positions.count) indices for \(valueCount) values")
    }
    var linear: [Int] = []
    for i in 0..<valueCount {
      var position = rank == 2 ? 0 : positions[i]
      if rank == 2 {
        for (axis, extent) in dims.enumerated() {
          let coordinate = positions[i * width + axis]
          guard coordinate >= 0, coordinate < extent else {
            throw Diagnostic(.error, .malformed, "a sparse tensor's index \(coordinate) is outside its shape")
          }
          position = position * extent + coordinate
        }
      }
      guard position >= 0, position < count else {
        throw Diagnostic(.error, .malformed, "a sparse tensor's index \(position) is outside its shape")
      }
      linear.append(position)
    }
    return linear
  }
}
