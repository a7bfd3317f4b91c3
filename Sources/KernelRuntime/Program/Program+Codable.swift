// Programs in a plan and in kernels that run programs: a kernel is stored under its name with its own fields.

extension Program: Codable {
  private enum CodingKeys: String, CodingKey {
    case slotCount, inputs, constants, instructions, outputs
  }

  private struct Input: Codable {
    var slot: Int
    var spec: TensorSpec?
  }

  private struct Constant: Codable {
    var slot: Int
    var value: KernelRuntime.Constant
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(slotCount, forKey: .slotCount)
    try container.encode(inputs.map { Input(slot: $0.slot.index, spec: $0.spec) }, forKey: .inputs)
    try container.encode(constants.map { Constant(slot: $0.slot.index, value: $0.value) }, forKey: .constants)
    try container.encode(instructions, forKey: .instructions)
    try container.encode(outputs.map(\.index), forKey: .outputs)
  }

  /// - Throws: also when the program is not a straight line: a slot written twice, or read before it is written.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    slotCount = try container.decode(Int.self, forKey: .slotCount)
    inputs = try container.decode([Input].self, forKey: .inputs).map { (Slot($0.slot), $0.spec) }
    constants = try container.decode([Constant].self, forKey: .constants).map { (Slot($0.slot), $0.value) }
    instructions = try container.decode([Instruction].self, forKey: .instructions)
    outputs = try container.decode([Int].self, forKey: .outputs).map { Slot($0) }
    try check()
  }

  private func check() throws(KernelError) {
    var written: Set<Slot> = []
    func write(_ slot: Slot) throws(KernelError) {
      guard slot.index >= 0, slot.index < slotCount, written.insert(slot).inserted else {
        throw .invalid("the program writes slot \(slot) twice or has no such slot")
      }
    }
    func read(_ slot: Slot) throws(KernelError) {
      guard written.contains(slot) else { throw .invalid("the program reads slot \(slot) before it is written") }
    }
    for input in inputs { try write(input.slot) }
    for constant in constants { try write(constant.slot) }
    for instruction in instructions {
      for case let slot? in instruction.operands { try read(slot) }
      for case let slot? in instruction.results { try write(slot) }
    }
    for slot in outputs { try read(slot) }
    guard slotCount == written.count else { throw .invalid("the program has slots that nothing writes") }
  }
}

extension Program.Instruction: Codable {
  private enum CodingKeys: String, CodingKey {
    case name, kernel, operands, results, label, isExact
  }

  private static let kernels = Dictionary(allKernels.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(type(of: kernel).name, forKey: .name)
    try container.encode(kernel, forKey: .kernel)
    try container.encode(operands.map { $0?.index ?? -1 }, forKey: .operands)
    try container.encode(results.map { $0?.index ?? -1 }, forKey: .results)
    try container.encode(label, forKey: .label)
    try container.encode(isExact, forKey: .isExact)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let name = try container.decode(String.self, forKey: .name)
    guard let type = Self.kernels[name] else {
      throw KernelError.unsupported("this runtime has no kernel \"\(name)\"")
    }
    func slots(_ key: CodingKeys) throws -> [Program.Slot?] {
      try container.decode([Int].self, forKey: key).map { $0 < 0 ? nil : Program.Slot($0) }
    }
    self.init(
      kernel: try container.decode(type, forKey: .kernel), operands: try slots(.operands),
      results: try slots(.results), label: try container.decode(String.self, forKey: .label),
      isExact: try container.decode(Bool.self, forKey: .isExact))
  }
}
