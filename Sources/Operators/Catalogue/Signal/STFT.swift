import Graph
import KernelRuntime

/// The discrete Fourier transforms of the frames of a signal, each weighted by a window.
enum STFTOp: ExpandedOp {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let signal = try call.shape(0, minimumRank: 2)
    var length = call.dimensions(3)?.first ?? .local("length")
    if !call.has(3) {
      // Without a window the whole signal is one frame.
      length = try (call.has(2) ? call.shape(2, rank: 1)?[0] : signal?[1]) ?? length
    }
    var frames = Dimension.local("frames")
    if let signal, let step = call.dimensions(1)?.first {
      if let number = step.value, number <= 0 { throw .shape("the frame step of STFT is \(number)") }
      frames = (signal[1] - length).floorDivided(by: step) + 1
    }
    let bins = try call.flag("onesided") ? length.floorDivided(by: 2) + 1 : length
    return [try call.tensorType(like: 0, [signal?[0] ?? .local("batch"), frames, bins, 2])]
  }

  static func expand(_ call: OperatorCall, _ builder: inout NodeBuilder) throws(Diagnostic) -> [ValueID]? {
    let operands = builder.operands
    guard let rank = try call.tensor(0).rank, operands.count >= 2, let signal = operands[0], let given = operands[1]
    else { return nil }
    let int64: [String: AttributeValue] = ["to": .int(Int(ElementType.int64.rawValue))]
    let scalar = try builder.constant([Int]())
    let (zero, one) = (try builder.constant(scalar: 0), try builder.constant(scalar: 1))
    let samples = try builder.add("Gather", [builder.add("Shape", [signal]), one])
    let step = try builder.add("Cast", [builder.add("Reshape", [given, scalar])], int64)
    let window = call.has(2) ? operands[2] : nil
    let length: ValueID
    if call.has(3) {
      length = try builder.add("Cast", [builder.add("Reshape", [operands[3], scalar])], int64)
    } else {
      length = if let window { try builder.add("Size", [window]) } else { samples }
    }
    let last = try builder.add("Div", [builder.add("Sub", [samples, length]), step])
    let frames = try builder.add("Range", [zero, builder.add("Add", [last, one]), one])
    // Row i of the indices is where frame i lies in the signal.
    let starts = try builder.add("Unsqueeze", [builder.add("Mul", [frames, step]), builder.constant([1])])
    let indices = try builder.add("Add", [starts, builder.add("Range", [zero, length, one])])
    let whole = rank == 2 ? try builder.add("Unsqueeze", [signal, builder.constant([2])]) : signal
    var cut = try builder.add("Gather", [whole, indices], ["axis": .int(1)])
    if let window { cut = try builder.add("Mul", [cut, builder.add("Unsqueeze", [window, builder.constant([1])])]) }
    return [
      try builder.add(
        "DFT", [cut, nil, builder.constant(scalar: 2)], ["onesided": .int(call.flag("onesided") ? 1 : 0)])
    ]
  }
}
