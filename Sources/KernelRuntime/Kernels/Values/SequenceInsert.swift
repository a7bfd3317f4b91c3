/// Operand 0 with operand 1 inserted before the position that operand 2 names, by default at the end.
public struct SequenceInsertKernel: Kernel {
  public init() {}

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    guard operands.has(0), operands.has(1) else { throw .invalid("a sequence and an element are needed") }
    return Prepared(values: { (values, _) throws(KernelError) in
      var sequence = try elements(values[0])
      guard let element = values[1] else { throw .invalid("operand 1 is missing") }
      var place = sequence.count
      if values.count > 2, let given = values[2]?.tensor?.integers?.first {
        // The end itself is a place to insert at, but counted from the back there is no such position.
        guard given >= -sequence.count, given <= sequence.count else {
          throw .invalid("position \(given) is outside a sequence of \(sequence.count) elements")
        }
        place = given < 0 ? given + sequence.count : given
      }
      sequence.insert(element, at: place)
      return [.sequence(sequence)]
    })
  }
}
