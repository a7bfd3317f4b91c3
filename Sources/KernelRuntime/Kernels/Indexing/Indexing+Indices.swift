/// Reads indices of either type that ONNX allows.
struct IndexReader: Sendable {
  let isWide: Bool

  init(_ spec: TensorSpec, _ what: String) throws(KernelError) {
    guard spec.type == .int64 || spec.type == .int32 else {
      throw .invalid("\(what) must be int32 or int64, not \(spec.type.name)")
    }
    isWide = spec.type == .int64
  }

  /// Element `i` as an index into `extent` elements, counted from the end when negative; nil when out of range.
  @inline(__always)
  func resolve(_ address: UnsafePointer<UInt8>, _ i: Int, _ extent: Int) -> Int? {
    let index = value(address, i)
    let resolved = index < 0 ? index &+ extent : index
    return resolved >= 0 && resolved < extent ? resolved : nil
  }

  @inline(__always)
  func value(_ address: UnsafePointer<UInt8>, _ i: Int) -> Int {
    let address = UnsafeRawPointer(address)
    return isWide
      ? Int(address.assumingMemoryBound(to: Int64.self)[i]) : Int(address.assumingMemoryBound(to: Int32.self)[i])
  }

  /// As `resolve`, for all of `count` indices.
  func all(_ address: UnsafePointer<UInt8>, _ count: Int, _ extent: Int) throws(KernelError) -> [Int] {
    var indices: [Int] = []
    indices.reserveCapacity(count)
    for i in 0..<count {
      guard let index = resolve(address, i, extent) else { throw outOfRange(address, i, extent) }
      indices.append(index)
    }
    return indices
  }

  func outOfRange(_ address: UnsafePointer<UInt8>, _ i: Int, _ extent: Int) -> KernelError {
    .invalid("index \(value(address, i)) is out of range for extent \(extent)")
  }
}

/// How a scatter combines a new value with the old one.
public enum ScatterReduction: String, Codable, Sendable {
  case none, add, mul, max, min

  @inline(__always)
  func combine<C: Scalar>(_ old: C, _ new: C) -> C {
    switch self {
    case .none: new
    case .add: old.adding(new)
    case .mul: old.multiplied(by: new)
    case .max: old > new || old.isNaNValue ? old : new
    case .min: old < new || old.isNaNValue ? old : new
    }
  }
}
