import Graph
import KernelRuntime

/// One of two nested graphs, by a condition.
enum IfOp: RegionOperator {
  static let isConditional = true

  static func regionInputs(
    _ attribute: String, count: Int, _ call: OperatorCall
  ) throws(Diagnostic) -> [ValueType?] {
    guard count == 0 else { throw .attribute("\(attribute) of If must have no inputs") }
    return []
  }

  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    if let count = try call.shape(0).map(call.count)?.value, count != 1 {
      throw .shape("the condition of If must be one element, not \(count)")
    }
    let (thenTypes, elseTypes) = (try call.regionTypes("then_branch"), try call.regionTypes("else_branch"))
    guard thenTypes.count == elseTypes.count else {
      throw .attribute("the branches of If give \(thenTypes.count) and \(elseTypes.count) results")
    }
    var results: [ValueType] = []
    for (i, (a, b)) in zip(thenTypes, elseTypes).enumerated() {
      guard a.schemaName == b.schemaName else {
        throw .type("result \(i) of If is \(a.schemaName) in one branch and \(b.schemaName) in the other")
      }
      results.append((a.widened(to: b) ?? a).withLocals(ofResult: i))
    }
    return results
  }

  static func kernel(_ call: OperatorCall, bodies: [Body]) throws(Diagnostic) -> any Kernel {
    guard let thenBody = bodies.first(where: { $0.attribute == "then_branch" }),
      let elseBody = bodies.first(where: { $0.attribute == "else_branch" })
    else { throw .attribute("If must have two branches") }
    return IfKernel(then: NestedProgram(thenBody), else: NestedProgram(elseBody))
  }
}
