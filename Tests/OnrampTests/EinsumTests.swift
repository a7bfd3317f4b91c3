import Onramp
import Testing

/// What the compiler makes of Einsum.
@Suite struct EinsumTests {
  /// - Parameter isProduct: whether the equation is a product of matrices.
  @Test(arguments: [
    ("ij,jk->ik", [3, 4], [4, 5], true), ("ij,kj->ki", [3, 4], [5, 4], true), ("ji,jk", [4, 3], [4, 5], true),
    ("bhid,bhjd->bhij", [2, 3, 5, 4], [2, 3, 7, 4], true), ("bqhd,bkhd->bhqk", [2, 5, 3, 4], [2, 7, 3, 4], true),
    ("bhqk,bkhd->bqhd", [2, 3, 5, 7], [2, 7, 3, 4], true), ("bij,jk->bik", [2, 3, 4], [4, 5], true),
    ("abc,cde->adbe", [2, 3, 4], [4, 5, 6], true), ("abcd,cd->ab", [2, 3, 4, 5], [4, 5], true),
    ("...ij,...jk->...ik", [2, 1, 3, 4], [3, 4, 5], true), ("i,j->ij", [3], [4], true),
    ("bi,bj->ijb", [2, 3], [2, 4], true),
    ("bn,bnd->bd", [2, 3], [2, 3, 5], true), ("nchw,ncvw->nhvc", [2, 3, 4, 5], [2, 3, 6, 5], true),
    // Diagonals, sums over one operand, broadcast sums, and nothing that only one operand has.
    ("ii,ij->j", [3, 3], [3, 4], false), ("ij,k->ik", [3, 4], [5], false), ("ij,jk->ik", [3, 1], [4, 5], false),
    ("ij,ij->i", [3, 4], [3, 4], false), ("ij,ij", [3, 4], [3, 4], false),
  ])
  func products(_ equation: String, _ a: [Int], _ b: [Int], _ isProduct: Bool) throws {
    let inputs: [(String, ElementType, TensorShapeProto?)] = [
      ("a", .float, TensorShapeProto(a)), ("b", .float, TensorShapeProto(b)),
    ]
    let node = NodeProto(
      "Einsum", input: ["a", "b"], output: ["y"], attribute: [AttributeProto("equation", s: equation)])
    let kernels = try kernelsThatAgree(model([node], inputs: inputs, outputs: ["y"]), seed: 5)
    #expect(kernels.contains { $0 is EinsumKernel } != isProduct, "\(equation)")
  }

  @Test func emptyOperands() throws {
    let node = NodeProto(
      "Einsum", input: ["a", "b"], output: ["y"], attribute: [AttributeProto("equation", s: "bij,bjk->bik")])
    for (a, b) in [([2, 3, 0], [2, 0, 4]), ([0, 3, 2], [0, 2, 4]), ([2, 0, 3], [2, 3, 4])] {
      _ = try kernelsThatAgree(
        model(
          [node], inputs: [("a", .float, TensorShapeProto(a)), ("b", .float, TensorShapeProto(b))], outputs: ["y"]),
        seed: 6)
    }
  }

  /// Attention over windows of an image, as MaxViT's is written: groups, windows and heads before the last two dimensions.
  @Test func attention() throws {
    var builder = ModelBuilder()
    builder.inputs = [("x", .float, TensorShapeProto([2, 6, 5, 24]))]
    func heads(_ start: Int64) throws -> String {
      let bounds = [try builder.integers([start]), try builder.integers([start + 8]), try builder.integers([3])]
      return builder.transpose(
        try builder.reshape(builder.add("Slice", ["x"] + bounds), [2, 6, 5, 2, 4]), [0, 1, 3, 2, 4])
    }
    func einsum(_ equation: String, _ operands: [String]) -> String {
      builder.add("Einsum", operands, [AttributeProto("equation", s: equation)])
    }
    let (q, k, v) = (try heads(0), try heads(8), try heads(16))
    let scaled = builder.add("Mul", [k, try builder.floats([1]) { _ in 0.5 }])
    let scores = einsum("B G H I D, B G H J D -> B G H I J", [q, scaled])
    let biased = builder.add("Add", [scores, try builder.floats([1, 2, 5, 5]) { Float($0 % 7) * 0.1 }])
    let mixed = einsum("B G H I J, B G H J D -> B G H I D", [builder.softmax(biased), v])
    let joined = try builder.reshape(builder.transpose(mixed, [0, 1, 3, 2, 4]), [2, 6, 5, 8])
    let y = builder.add("Identity", [joined], output: "y")
    let kernels = try kernelsThatAgree(builder.model(outputs: [y]), seed: 8)
    #expect(kernels.count { $0 is FusedAttentionKernel } == 1)
    #expect(!kernels.contains { $0 is TransposeKernel || $0 is EinsumKernel || $0 is SoftmaxKernel })
  }
}
