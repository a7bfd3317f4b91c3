import Graph
import KernelRuntime
import Operators

/// Computes with floats of 32 bits where the model says 16: processors have arithmetic for those, and what is never
/// rounded to halves in between is the more precise. Halves are widened where they come in, where the model casts to
/// them, and in constants, and rounded where they leave.
enum WidenHalfPrecision {
  /// - Complexity: linear in the number of nodes, operands and uses, and in the constants' elements.
  static func run(on graph: inout Graph) throws(Diagnostic) {
    var widening = Widening(graph)
    for node in graph.allNodes() { try widening.visit(node) }
    graph = widening.graph
  }

  /// Operators that are about the type itself.
  private static let typed: Set<String> = ["Cast", "CastLike", "BitCast", "QuantizeLinear", "DequantizeLinear"]

  /// Operators that only move elements: as halves, as long as these are.
  private static let moving: Set<String> = [
    "Concat", "Expand", "Flatten", "Gather", "GatherElements", "GatherND", "Identity", "Pad", "Reshape", "Slice",
    "Squeeze", "Tile", "Transpose", "Unsqueeze",
  ]

  private struct Widening {
    private(set) var graph: Graph
    /// The floats that halves are rounded from, or that they were widened to.
    private var twins: [ValueID: ValueID] = [:]

    init(_ graph: Graph) { self.graph = graph }

    mutating func visit(_ node: NodeID) throws(Diagnostic) {
      let record = graph[node]
      let halves = record.operands.compactMap { $0 }.filter(isHalf)
      guard !halves.isEmpty, record.regions.isEmpty, let entry = OperatorRegistry.entry(record.op) else { return }
      if record.op == OperatorName("Cast") {
        // What was made of floats is there as floats.
        if let twin = twins[halves[0]], graph[record.results[0]].type?.tensor?.elementType == .float {
          graph.replaceUses(of: record.results[0], with: twin)
        }
        return
      }
      guard entry.isPure, !WidenHalfPrecision.typed.contains(record.op.type) || !record.op.domain.isEmpty else {
        return
      }
      if record.op.domain.isEmpty, WidenHalfPrecision.moving.contains(record.op.type),
        halves.allSatisfy({ twins[$0] == nil })
      {
        return
      }
      // Types as they would be; those of other kinds of values have none.
      var expected: [ValueType?] = []
      for result in record.results {
        let type = graph[result].type
        guard type?.tensor != nil || graph[result].uses.isEmpty else { return }
        expected.append(type.map(widened))
      }
      var operands = record.operands
      for (i, operand) in operands.enumerated() {
        if let operand, isHalf(operand) { operands[i] = try twin(of: operand) }
      }
      let new = graph.addNode(
        record.op, operands, record.attributes, results: record.results.map { graph[$0].name },
        provenance: record.provenance, before: node)
      do throws(Diagnostic) {
        try Inference.infer(new, in: &graph)
      } catch {
        // An operator that takes halves and no floats.
        return graph.remove(new)
      }
      let results = graph[new].results
      guard
        zip(results, expected).allSatisfy({
          $1 == nil || graph[$0].type?.tensor?.elementType == $1?.tensor?.elementType
        })
      else { return graph.remove(new) }
      for (result, float) in zip(record.results, results) {
        guard isHalf(result), let type = graph[result].type?.tensor?.elementType else {
          graph.replaceUses(of: result, with: float)
          continue
        }
        let rounded = try cast(float, to: type, provenance: record.provenance, in: record.region, before: node)
        graph.replaceUses(of: result, with: rounded)
        twins[rounded] = float
      }
      graph.remove(node)
    }

    private func isHalf(_ value: ValueID) -> Bool {
      let type = graph[value].type?.tensor?.elementType
      return type == .float16 || type == .bfloat16
    }

    private func widened(_ type: ValueType) -> ValueType {
      guard case .tensor(var tensor) = type else { return type }
      if tensor.elementType == .float16 || tensor.elementType == .bfloat16 { tensor.elementType = .float }
      return .tensor(tensor)
    }

    /// A value of halves as floats, made where it is made or enters its region.
    private mutating func twin(of value: ValueID) throws(Diagnostic) -> ValueID {
      if let twin = twins[value] { return twin }
      let twin: ValueID
      if let tensor = graph[value].constant {
        do throws(KernelError) {
          twin = graph.addConstant(try Evaluator.cast(tensor, to: .float), name: graph[value].name)
        } catch {
          throw Diagnostic(error)
        }
      } else {
        switch graph[value].definition {
        case .result(let node, _):
          twin = try cast(
            value, to: .float, provenance: graph[node].provenance, in: graph[node].region, before: graph[node].next)
        case .input(let region, _):
          twin = try cast(
            value, to: .float, provenance: Provenance(graph: graph.name), in: region, before: graph[region].first)
        case .constant: return value
        }
      }
      twins[value] = twin
      return twin
    }

    private mutating func cast(
      _ value: ValueID, to type: ElementType, provenance: Provenance, in region: RegionID, before next: NodeID?
    ) throws(Diagnostic) -> ValueID {
      let node = graph.addNode(
        OperatorName("Cast"), [value], ["to": .int(Int(type.rawValue))], results: [graph[value].name],
        provenance: provenance, in: region, before: next)
      try Inference.infer(node, in: &graph)
      return graph[node].results[0]
    }
  }
}
