import Graph
import Operators

/// Computes ahead what does not depend on the inputs, and drops and merges what is superfluous.
public enum Simplify {
  /// - Parameter converting: whether constants are converted to wider types however large they are, as a program wants
  ///   them and a file does not.
  public static func run(on graph: inout Graph, converting: Bool = false) throws(Diagnostic) {
    // An inlined branch brings new constants to light; few models need a second round.
    for _ in 0..<8 {
      guard try FoldConstants.run(on: &graph, converting: converting) else { break }
      EliminateDeadCode.run(on: &graph)
      try Inference.run(&graph)
    }
    MergeEqualNodes.run(on: &graph)
    EliminateDeadCode.run(on: &graph)
  }
}
