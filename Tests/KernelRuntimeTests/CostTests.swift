import KernelRuntime
import Testing

/// The operations that kernels state, which rates are quoted by.
@Suite struct CostTests {
  private func flops(_ kernel: some Kernel, _ operands: [[Int]], _ results: [[Int]]) -> Double {
    kernel.flops(operands.map { TensorSpec(.float, $0) }, results.map { TensorSpec(.float, $0) })
  }

  @Test func productsCountTwiceForEachFactor() {
    #expect(flops(MatMulKernel(), [[2, 5, 7], [7, 3]], [[2, 5, 3]]) == 2 * 2 * 5 * 3 * 7)
    #expect(flops(MatMulKernel(), [[7], [7]], [[]]) == 2 * 7)
    #expect(flops(GemmKernel(transA: true), [[7, 5], [7, 3]], [[5, 3]]) == 2 * 5 * 3 * 7)
    #expect(flops(EinsumKernel(equation: "bij,jk->bik"), [[2, 5, 7], [7, 3]], [[2, 5, 3]]) == 2 * 2 * 5 * 3 * 7)
    #expect(flops(EinsumKernel(equation: "ij"), [[5, 7]], [[5, 7]]) == 35)
    #expect(flops(EinsumKernel(equation: "not an equation,"), [[5, 7]], [[5, 7]]) == 0)
  }

  @Test func windowsCountTheirElements() {
    let shapes = (first: [[1, 6, 9, 9], [8, 3, 3, 3]], last: [[1, 9, 9, 6], [8, 3, 3, 3]])
    let expected = 2.0 * 8 * 7 * 7 * 27
    #expect(flops(ConvKernel(group: 2), shapes.first, [[1, 8, 7, 7]]) == expected)
    #expect(flops(ChannelsLastConvKernel(ConvKernel(group: 2)), shapes.last, [[1, 7, 7, 8]]) == expected)
    let depthwise = flops(
      ChannelsLastDepthwiseConvKernel(ConvKernel()), [[1, 9, 9, 6], [6, 1, 3, 3]], [[1, 7, 7, 6]])
    #expect(depthwise == 2 * 49 * 6 * 9)
    let expanded = flops(
      ChannelsLastExpandedDepthwiseConvKernel(ConvKernel(), expansion: ConvKernel()),
      [[1, 9, 9, 2], [6, 1, 3, 3], [6], [6, 2, 1, 1]], [[1, 7, 7, 6]])
    #expect(expanded == depthwise + 2 * 81 * 6 * 2)
    #expect(flops(PoolKernel(function: .max, kernelShape: [2, 2]), [[1, 6, 8, 8]], [[1, 6, 4, 4]]) == 6 * 16 * 4)
    #expect(
      flops(
        ChannelsLastMaxPoolKernel(PoolKernel(function: .max, kernelShape: [2, 3])), [[1, 8, 9, 6]], [[1, 4, 3, 6]])
        == 72 * 6)
    let pooled = flops(
      ChannelsLastPooledConvKernel(ConvKernel(strides: [2, 2]), PoolKernel(function: .max, kernelShape: [2, 2])),
      [[1, 9, 9, 6], [8, 6, 3, 3]], [[1, 3, 3, 8]])
    #expect(pooled == 2 * 16 * 8 * 54 + 9 * 8 * 4)
    #expect(flops(GlobalPoolKernel(function: .average), [[2, 6, 8, 8]], [[2, 6, 1, 1]]) == 2 * 6 * 64)
  }

  @Test func whatOnlyMovesStatesNothing() {
    #expect(flops(TransposeKernel(perm: [1, 0]), [[5, 7]], [[7, 5]]) == 0)
  }
}
