/// For each element of operand 0 a 1 at the place of the category that it is, zeros elsewhere.
public struct OneHotEncoderKernel: Kernel {
  public var categories: ClassLabels
  /// Whether an element of no category gives zeros only; else it is an error.
  public var allowsUnknown: Bool

  public init(categories: ClassLabels, allowsUnknown: Bool = true) {
    self.categories = categories
    self.allowsUnknown = allowsUnknown
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    let result = try TensorSpec.checked(.float, x.shape + [categories.count])
    switch categories {
    case .strings(let names):
      try require(x, is: .string, "the operand")
      let places = Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
      return prepare(result, x.count) { address, i in places[address.assumingMemoryBound(to: String.self)[i]] }
    case .integers(let numbers):
      let places = Dictionary(zip(numbers, numbers.indices), uniquingKeysWith: { first, _ in first })
      return try x.type.numeric(Visit(kernel: self, result: result, count: x.count, places: places))
    }
  }

  private struct Visit: NumericVisitor {
    let kernel: OneHotEncoderKernel
    let result: TensorSpec
    let count: Int
    let places: [Int64: Int]
    func visit<T: NumericElement>(_ type: T.Type) -> Prepared {
      kernel.prepare(result, count) { [places] address, i in
        places[address.assumingMemoryBound(to: T.self)[i].compute.int64]
      }
    }
  }

  private func prepare(
    _ result: TensorSpec, _ count: Int, _ place: @Sendable @escaping (UnsafeRawPointer, Int) -> Int?
  ) -> Prepared {
    let (width, allowsUnknown) = (categories.count, allowsUnknown)
    return Prepared([result]) { (invocation: borrowing Invocation) throws(KernelError) in
      let x = UnsafeRawPointer(invocation.operand(0, as: UInt8.self))
      let y = invocation.result(0, as: Float.self)
      y.update(repeating: 0, count: count * width)
      for i in 0..<count {
        if let place = place(x, i) {
          y[i * width + place] = 1
        } else if !allowsUnknown {
          throw .invalid("element \(i) is of no category")
        }
      }
    }
  }
}
