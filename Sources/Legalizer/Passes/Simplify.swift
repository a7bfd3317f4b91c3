import Graph
import Operators

/// Computes ahead what does not depend on the inputs, and drops and merges what is superfluous.
public enum Simplify {
  public static func run(on graph: inout Graph) throws(Diagnostic) {
    // An inlined branch brings new constants to light; few models need a second round.
    for _ in 0..<8 {
      guard try FoldConstants.run(on: &graph) else { break }
      EliminateDeadCode.run(on: &graph)
      try Inference.run(&graph)
    }
    MergeEqualNodes.run(on: &graph)
    EliminateDeadCode.run(on: &graph)
  }
}
