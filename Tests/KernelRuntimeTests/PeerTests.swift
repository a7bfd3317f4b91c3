import KernelRuntime
import Testing

/// Results that ONNX Runtime gives, or ONNX's reference where that has no such kernel.
@Suite struct PeerTests {
  private func check(_ kernel: some Kernel, _ operands: [Tensor?], _ expected: [Tensor]) throws {
    let results = try kernel.evaluate(operands, threads: threads)
    for (result, expected) in zip(results, expected) {
      #expect(result.shape == expected.shape)
      let (a, b) = (result.doubles ?? [], expected.doubles ?? [])
      #expect(a.count == b.count && zip(a, b).allSatisfy { ($0 - $1).magnitude < 2e-5 }, "\(a) and \(b)")
    }
  }

  @Test func longShortTermMemory() throws {
    try check(
      LSTMKernel(direction: .bidirectional),
      [
        try Tensor(
          [0.625, -0.875, -0.625, -0.5, -0.625, 0.625, 0.75, 0.125, -1, -0.875, -0.375, -0.125] as [Float],
          shape: [3, 2, 2]),
        try Tensor(
          [
            0.25, 0, -0.5, -0.75, 0.375, 0.5, -1, -0.875, -0.125, -0.25, 0.875, 0, -0.125, -0.125, 0.375, 0.125, -0.75,
            0.5, 0.5, 1, 0.625, -0.5, -0.375, 0.375, 0.375, 0.375, 0.75, -0.5, 0.875, -1, -0.875, 1,
          ] as [Float], shape: [2, 8, 2]),
        try Tensor(
          [
            1, -0.375, -0.75, -0.375, -1, 0.875, 0.375, 0.125, -0.5, 0, -0.625, 0.625, 0, -1, -0.5, 0.5, 0, -0.25, -0.5,
            -0.875, 0.25, 0.375, 0, 0.875, 0.875, -0.625, 0.25, 0.25, -0.5, -0.375, 0, 0.5,
          ] as [Float], shape: [2, 8, 2]),
        try Tensor(
          [
            -0.5, 0.5, 0.375, -0.625, -0.25, 0.75, 0.75, 0.375, -1, 0.375, -0.625, 0.625, 0.875, -0.125, 1, 0.5, -0.375,
            0.75, -0.25, -0.875, 0.25, 0.75, 0.375, -0.25, 0.875, 0, -0.25, -0.75, -0.625, 0.375, 0.625, -0.5,
          ] as [Float], shape: [2, 16]),
        try Tensor([3, 2] as [Int32], shape: [2]),
        try Tensor([0.25, 0.75, -0.75, -0.5, 0, 0.125, -0.25, -0.25] as [Float], shape: [2, 2, 2]),
        try Tensor([-0.75, 0.25, 0.875, -0.625, 0.625, -0.625, -1, 0.5] as [Float], shape: [2, 2, 2]),
        try Tensor(
          [-0.625, 0.5, -0.375, 0.125, 0.875, 0.875, 0, -0.625, -0.5, 0.75, 0.25, -0.75] as [Float], shape: [2, 6]),
      ],
      [
        try Tensor(
          [
            -0.074398, 0.405655, 0.220347, 0.179194, 0.225504, -0.036997, 0.138106, -0.059825, 0.018879, 0.459408,
            0.280563, 0.203179, 0.035031, -0.044715, 0.031786, -0.027525, 0.045293, 0.770088, 0, 0, 0.160931, -0.073439,
            0, 0,
          ] as [Float], shape: [3, 2, 2, 2]),
        try Tensor(
          [0.045293, 0.770088, 0.280563, 0.203179, 0.225504, -0.036997, 0.138106, -0.059825] as [Float],
          shape: [2, 2, 2]),
        try Tensor(
          [0.140388, 1.351493, 0.763254, 0.692174, 0.462096, -0.778353, 0.521854, -0.569615] as [Float],
          shape: [2, 2, 2]),
      ])
  }

  @Test func gatedUnits() throws {
    try check(
      GRUKernel(direction: .reverse, linearBeforeReset: true),
      [
        try Tensor(
          [0.625, -0.875, -0.625, -0.5, -0.625, 0.625, 0.75, 0.125, -1, -0.875, -0.375, -0.125] as [Float],
          shape: [3, 2, 2]),
        try Tensor([0.875, 1, 1, 0.25, 1, 0.25, 0, 1, 0.25, 0.625, -0.375, 0.625] as [Float], shape: [1, 6, 2]),
        try Tensor(
          [1, -1, 0.125, -0.25, -1, -0.875, -0.5, -0.625, 0.5, -0.625, 0.25, 0.75] as [Float], shape: [1, 6, 2]),
        try Tensor(
          [0, -0.75, -0.875, -0.375, -0.125, 0, -0.375, 0.75, 0.125, 1, 0.875, 0.5] as [Float], shape: [1, 12]),
        nil,
        try Tensor([-1, -0.625, 0.5, 0.125] as [Float], shape: [1, 2, 2]),
      ],
      [
        try Tensor(
          [
            -0.152873, -0.068055, -0.326395, 0.275492, 0.046425, 0.214174, 0.247161, 0.288755, -0.5843, -0.379862,
            0.10691, 0.302268,
          ] as [Float], shape: [3, 1, 2, 2]),
        try Tensor([-0.152873, -0.068055, -0.326395, 0.275492] as [Float], shape: [1, 2, 2]),
      ])
  }

  @Test func cubicResize() throws {
    try check(
      ResizeKernel(mode: .cubic, antialias: true, excludeOutside: true),
      [
        try Tensor(
          [1, 0.5, 0.625, -1, -0.375, 0.375, 0.25, -0.25, -0.75, 0.25, -0.875, 0.375] as [Float], shape: [1, 1, 3, 4]),
        nil,
        try Tensor([1, 1, 1.5, 0.6] as [Float], shape: [4]),
      ],
      [
        try Tensor(
          [0.953319, 0.161453, 0.477697, 0.215445, -0.161432, 0.115932, -0.316404, -0.22004] as [Float],
          shape: [1, 1, 4, 2])
      ])
  }

  @Test func linearResize() throws {
    try check(
      ResizeKernel(mode: .linear, coordinateTransformationMode: .alignCorners),
      [
        try Tensor(
          [0.625, 0.375, -0.875, 0, -0.375, 0.125, 0.375, -0.625, -1, 0, 0.25, -0.75] as [Float], shape: [1, 1, 3, 4]),
        nil,
        nil,
        try Tensor([1, 1, 5, 3] as [Int64], shape: [4]),
      ],
      [
        try Tensor(
          [0.625, -0.25, 0, 0.125, 0, -0.3125, -0.375, 0.25, -0.625, -0.6875, 0.1875, -0.6875, -1, 0.125, -0.75]
            as [Float], shape: [1, 1, 5, 3])
      ])
  }

  @Test func groupedAttention() throws {
    try check(
      AttentionKernel(isCausal: true, softcap: 2),
      [
        try Tensor(
          [0.875, 0, 1, 0.125, 0.5, 0.625, 0, -0.25, 0.375, -1, 0.25, 0, -0.75, -0.625, -1, 0.5] as [Float],
          shape: [1, 4, 2, 2]),
        try Tensor(
          [0.375, -0.25, 1, -0.25, -0.375, 0.875, -0.875, -0.25, -1, -0.375, 0.5, -0.375] as [Float],
          shape: [1, 2, 3, 2]),
        try Tensor(
          [0, 0, -0.875, -0.875, -0.375, 0.125, -0.875, 0.875, 0.75, 0.125, 0.5, 0.5] as [Float], shape: [1, 2, 3, 2]),
        try Tensor([true, true, true, true, false, true] as [Bool], shape: [2, 3]),
      ],
      [
        try Tensor(
          [0, 0, 0, 0, 0, 0, 0, 0, -0.875, 0.875, -0.875, 0.875, -0.875, 0.875, -0.875, 0.875] as [Float],
          shape: [1, 4, 2, 2])
      ])
  }

  @Test func layerNormalization() throws {
    try check(
      LayerNormalizationKernel(),
      [
        try Tensor([-1, 1, -1, 0.75, 0.75, 0.5] as [Float], shape: [2, 3]),
        try Tensor([-0.75, 0.625, 1] as [Float], shape: [3]),
        try Tensor([0.625, 0.375, -0.5] as [Float], shape: [3]),
      ],
      [
        try Tensor([1.155327, 1.258878, -1.207103, 0.094861, 0.816783, -1.913705] as [Float], shape: [2, 3]),
        try Tensor([-0.333333, 0.666667] as [Float], shape: [2, 1]),
        try Tensor([1.060654, 8.482228] as [Float], shape: [2, 1]),
      ])
  }

  @Test func gridSample() throws {
    try check(
      GridSampleKernel(mode: .cubic, paddingMode: .reflection),
      [
        try Tensor([0.125, 0, 0.75, -0.375, -0.25, -0.5, 0, 0.125, -0.125] as [Float], shape: [1, 1, 3, 3]),
        try Tensor([-0.5625, 0.1875, 0.375, -1.125, 0.1875, 0.75, -1.3125, 0.375] as [Float], shape: [1, 2, 2, 2]),
      ],
      [
        try Tensor([-0.306424, 0.546456, 0.104598, -0.20485] as [Float], shape: [1, 1, 2, 2])
      ])
  }

  @Test func transposedConvolution() throws {
    try check(
      ConvTransposeKernel(group: 2, outputPadding: [1, 0], pads: [0, 1, 1, 0], strides: [2, 1]),
      [
        try Tensor(
          [-0.125, 0.875, -0.25, -0.375, 0.5, 0.75, -0.875, -0.875, -0.75, -0.375, 0, 0.125] as [Float],
          shape: [1, 2, 2, 3]),
        try Tensor(
          [
            -0.25, 0.875, 0.375, -0.75, -0.375, -0.625, -0.625, 0.75, 0.875, -0.125, -0.5, 0.75, -0.75, -0.75, -0.5,
            -0.25,
          ] as [Float], shape: [2, 2, 2, 2]),
        try Tensor([-0.375, -0.5, -0.625, 0.25] as [Float], shape: [4]),
      ],
      [
        try Tensor(
          [
            -0.703125, 0.453125, -0.59375, 0.046875, -1.125, -0.1875, -0.828125, -0.125, 0.28125, 0.09375, -0.46875,
            -0.9375, -0.75, -0.953125, -0.34375, -1.140625, 0.3125, -0.6875, -0.453125, -1.09375, -0.96875, -1.09375,
            -0.59375, 0.0625, -1.28125, -1.171875, -0.53125, -0.84375, -0.90625, -1.1875, -0.578125, -0.515625,
            -0.640625, -0.90625, -0.6875, -0.53125, 1.5625, 1.46875, 0.8125, 0.90625, 0.84375, 0.4375, 0.53125, 0.15625,
            0.15625, 0.34375, 0.1875, 0.21875,
          ] as [Float], shape: [1, 4, 4, 3])
      ])
  }

  @Test func quantizedConvolution() throws {
    try check(
      QLinearConvKernel(),
      [
        try Tensor([136, 167, 238, 238, 32, 201, 105, 209, 170] as [UInt8], shape: [1, 1, 3, 3]),
        try Tensor([0.02] as [Float], shape: []),
        try Tensor([120] as [UInt8], shape: []),
        try Tensor([-8, 6, 7, 8, -8, -7, 2, 0] as [Int8], shape: [2, 1, 2, 2]),
        try Tensor([0.1, 0.2] as [Float], shape: [2]),
        try Tensor([0, 0] as [Int8], shape: [2]),
        try Tensor([0.05] as [Float], shape: []),
        try Tensor([128] as [UInt8], shape: []),
        try Tensor([10, -10] as [Int32], shape: [2]),
      ],
      [
        try Tensor([139, 143, 94, 217, 110, 17, 99, 152] as [Float], shape: [1, 2, 2, 2])
      ])
  }

  @Test func quantization() throws {
    try check(
      QuantizeLinearKernel(axis: 0),
      [
        try Tensor([-17.5, 15, -12.5, -20, 15, 5, -20, -15, 15, 12.5, 15, 17.5] as [Float], shape: [3, 4]),
        try Tensor([0.5, 1, 2] as [Float], shape: [3]),
        try Tensor([0, 3, -2] as [Int8], shape: [3]),
      ],
      [
        try Tensor([-35, 30, -25, -40, 18, 8, -17, -12, 6, 4, 6, 7] as [Float], shape: [3, 4])
      ])
  }

  @Test func einsum() throws {
    try check(
      EinsumKernel(equation: "...ij,...jk->...ki"),
      [
        try Tensor(
          [-0.375, 0.125, -0.25, -1, -0.5, -0.875, -0.875, -0.125, 0.875, 0.75, 0.25, -0.5] as [Float],
          shape: [2, 3, 2]),
        try Tensor(
          [-0.75, 0.375, 0.5, -0.25, -0.75, -0.5, 1, 0.375, 0.125, -0.375, 0.75, -0.25] as [Float], shape: [2, 2, 3]),
      ],
      [
        try Tensor(
          [
            0.25, 0.4375, 0.59375, -0.234375, 0.65625, 0.46875, -0.25, 0.375, 0.1875, -0.828125, 0.59375, 0.4375,
            -0.421875, 0.890625, -0.28125, -0.078125, -0.078125, 0.15625,
          ] as [Float], shape: [2, 3, 3])
      ])
  }
}
