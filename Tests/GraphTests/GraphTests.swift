import Graph
import KernelRuntime
import Testing

@Suite struct GraphTests {
  let place = Provenance(graph: "test")

  /// x -> Relu -> Neg -> y, with a second user of the Relu.
  func sample() -> Graph {
    var graph = Graph(name: "sample")
    let x = graph.addInput("x", .tensor(TensorType(.float, [Dimension(symbol: "N"), 3])))
    let relu = graph.addNode(OperatorName("Relu"), [x], results: ["a"], provenance: place)
    let neg = graph.addNode(OperatorName("Neg"), [graph[relu].results[0]], results: ["b"], provenance: place)
    let add = graph.addNode(
      OperatorName("Add"), [graph[relu].results[0], graph[neg].results[0]], results: ["c"], provenance: place)
    graph.addOutput("y", graph[add].results[0])
    return graph
  }

  @Test func usesFollowEveryEdit() throws {
    var graph = sample()
    #expect(graph.verify().isEmpty)
    let nodes = graph.nodes(in: graph.main)
    let a = graph[nodes[0]].results[0]
    #expect(graph[a].uses.count == 2)
    let b = graph[nodes[1]].results[0]
    graph.replaceUses(of: b, with: a)
    #expect(graph[a].uses.count == 3)
    #expect(graph[b].uses.isEmpty)
    graph.remove(nodes[1])
    #expect(graph[a].uses.count == 2)
    #expect(!graph.contains(nodes[1]))
    #expect(graph.verify().isEmpty)
  }

  @Test func textNamesEverything() {
    #expect(
      sample().description == """
        graph "sample" {
          input %x: float[N, 3]
          %a: ? = Relu(%x)
          %b: ? = Neg(%a)
          %c: ? = Add(%a, %b)
          output "y" = %c
        }

        """)
  }

  @Test func namesOfAModelCannotDriveATerminal() {
    var graph = Graph(name: "\u{1B}[31mred")
    _ = graph.addInput("a\nb\u{202E}", nil)
    #expect(!graph.description.contains("\u{1B}"))
    #expect(!graph.description.contains("\u{202E}"))
    #expect(graph.description.contains("a\\nb"))
  }

  @Test func verifyFindsAValueUsedBeforeItIsMade() {
    var graph = sample()
    let nodes = graph.nodes(in: graph.main)
    graph.setOperand(0, of: nodes[0], to: graph[nodes[2]].results[0])
    #expect(graph.verify().contains { $0.contains("before it is made") })
  }

  @Test func bodiesSeeOutAndNobodySeesIn() throws {
    var graph = Graph(name: "outer")
    let condition = graph.addInput("condition", .tensor(TensorType(.bool, [])))
    let x = graph.addInput("x", .tensor(TensorType(.float, [])))
    let body = graph.addRegion()
    let inner = graph.addNode(OperatorName("Relu"), [x], results: ["r"], provenance: place, in: body)
    graph.addOutput("out", graph[inner].results[0], to: body)
    let choice = graph.addNode(
      OperatorName("If"), [condition], ["then_branch": .region(body)], results: ["z"], provenance: place)
    graph.addOutput("z", graph[choice].results[0])
    #expect(graph.captures(of: body) == [x])
    #expect(graph.verify().isEmpty)
    #expect(graph.allNodes() == [choice, inner])

    let values = graph.inline(body, before: choice)
    graph.replaceUses(of: graph[choice].results[0], with: values[0])
    graph.remove(choice)
    #expect(graph.verify().isEmpty)
    #expect(graph.nodes(in: graph.main) == [inner])
  }

  @Test func namesStayDistinct() {
    var graph = Graph(name: "names")
    let names = (0..<5).map { _ in graph[graph.addInput("x", nil)].name }
    #expect(Set(names).count == 5)
  }

  /// Random edits, after each of which the graph must be whole.
  @Test(arguments: 0..<20) func editsKeepTheGraphWhole(seed: UInt64) {
    var random = Generator(state: seed)
    var graph = Graph(name: "random")
    var values = [graph.addInput("x", nil)]
    for step in 0..<60 {
      let nodes = graph.nodes(in: graph.main)
      let pick = Int(random.next() % UInt64(values.count))
      if random.next() % 4 < 3 || nodes.isEmpty {
        let node = graph.addNode(
          OperatorName("Add"), [values[pick], values[values.count - 1]], results: [""], provenance: place)
        values.append(graph[node].results[0])
      } else {
        let node = nodes[Int(random.next() % UInt64(nodes.count))]
        let result = graph[node].results[0]
        // Everything before the node may stand in for its result.
        graph.replaceUses(of: result, with: values[0])
        graph.remove(node)
        values.removeAll { $0 == result }
      }
      #expect(graph.verify().isEmpty, "seed \(seed), step \(step)")
    }
  }
}
