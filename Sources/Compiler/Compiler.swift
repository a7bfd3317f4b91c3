import Graph
import KernelRuntime
import Legalizer
import Logging
import Operators

/// Makes programs of legal graphs.
public struct Compiler: Sendable {
  /// How to compile.
  public struct Options: Hashable, Sendable {
    /// Without folding, merging and fast kernels: every node runs as it stands, on plain kernels.
    public var reference: Bool
    /// Without algorithms that round differently from the operators' definitions, as Winograd's convolution and 32-bit
    /// arithmetic on 16-bit floats do.
    public var exact: Bool

    public init(reference: Bool = false, exact: Bool = false) {
      self.reference = reference
      self.exact = exact
    }
  }

  public let options: Options
  private let log: Logger

  public init(_ options: Options = Options(), log: Logger = Logger(label: "onramp.compiler")) {
    self.options = options
    self.log = log
  }

  /// Compiles a graph that is legal for the target `onramp`, for inputs of the given types.
  ///
  /// - Parameters:
  ///   - inputs: the type of each of the main graph's inputs; nil for one that is no tensor.
  ///   - threads: what may help to pack weights.
  /// - Throws: when the types do not fit, or a kernel refuses its operands.
  public func compile(
    _ graph: Graph, inputs: [TensorSpec?], threads: ThreadPool? = nil
  ) throws(Diagnostic) -> Executor {
    var graph = graph
    try Specialization.bind(inputs, to: &graph)
    if !options.reference { try optimize(&graph) }
    EliminateDeadCode.run(on: &graph)
    let program = try Lowering.program(of: graph.main, in: graph, inputs: inputs)
    log.debug("compiled \(graph.allNodes().count) nodes into \(program.instructions.count) kernel calls")
    // What was folded into other weights has served; the weights that stay are about to be packed.
    graph = Graph(name: "")
    do throws(RunError) {
      return try Executor(
        program, options: KernelOptions(reference: options.reference, exact: options.exact), threads: threads,
        releasingPacked: true)
    } catch {
      throw Diagnostic(error)
    }
  }

  /// The passes over the specialized graph, in order.
  private func optimize(_ graph: inout Graph) throws(Diagnostic) {
    if !options.exact { try WidenHalfPrecision.run(on: &graph) }
    try DecomposeEinsum.run(on: &graph)
    try FoldTransposes.run(on: &graph)
    EliminateDeadCode.run(on: &graph)
    try Simplify.run(on: &graph, converting: true)
    try FoldBatchNormalization.run(on: &graph)
    if !options.exact { try HoistAveragePools.run(on: &graph) }
    try RecognizeActivations.run(on: &graph)
    try RecognizeNormalizations.run(on: &graph)
    try RecognizeRotaryEmbedding.run(on: &graph)
    // What an operator was spelled out in would else count as uses.
    EliminateDeadCode.run(on: &graph)
    try HoistSlices.run(on: &graph)
    try FuseAttention.run(on: &graph)
    EliminateDeadCode.run(on: &graph)
    try SinkReshapes.run(on: &graph)
    try FuseEpilogues.run(on: &graph)
    try AssignLayouts.run(on: &graph)
    try FuseConcatenations.run(on: &graph)
    try FuseWindows.run(on: &graph)
    try FuseElementwise.run(on: &graph)
    let problems = graph.verify()
    precondition(problems.isEmpty, "optimizing broke the graph: \(problems.joined(separator: "; "))")
  }
}

extension Diagnostic {
  /// A failed run as a diagnostic that names the node.
  public init(_ error: RunError) {
    self.init(error.cause)
    if !error.label.isEmpty { message = "\(error.label): \(message)" }
  }
}
