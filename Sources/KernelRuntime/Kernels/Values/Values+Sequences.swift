// What kernels on sequences and optionals share: they take values whole, and so know no types ahead.

/// The elements of a value that must be a sequence.
func elements(_ value: RuntimeValue?) throws(KernelError) -> [RuntimeValue] {
  guard let sequence = value?.sequence else { throw .invalid("operand 0 must be a sequence") }
  return sequence
}

/// The place that a position, which may count from the end, names among `count`.
///
/// - Parameter value: a tensor of one integer; `fallback` stands for an absent one.
func position(_ value: RuntimeValue?, count: Int, fallback: Int) throws(KernelError) -> Int {
  guard let value else { return try checkedPosition(fallback, count) }
  guard let numbers = value.tensor?.integers, numbers.count == 1, let number = numbers.first else {
    throw .invalid("a position must be one integer")
  }
  return try checkedPosition(number, count)
}

private func checkedPosition(_ position: Int, _ count: Int) throws(KernelError) -> Int {
  guard position >= -count, position < count else {
    throw .invalid("position \(position) is outside a sequence of \(count) elements")
  }
  return position < 0 ? position + count : position
}
