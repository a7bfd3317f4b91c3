import Onramp

// Registers two operators and a rewrite rule, and runs a model that needs all three.

try OperatorRegistry.register(SmoothstepOp.self)
try OperatorRegistry.register(SquareOp.self)

let graph = GraphProto(
  name: "example",
  node: [
    NodeProto("Square", domain: "com.example", name: "square", input: ["x"], output: ["s"]),
    NodeProto(
      "Smoothstep", domain: "com.example", name: "step", input: ["s"], output: ["y"],
      attribute: [AttributeProto("high", f: 4)]),
  ],
  input: [ValueInfoProto(name: "x", type: .tensor(.float, TensorShapeProto([.param("N")])))],
  output: [ValueInfoProto(name: "y")])
let model = OnnxModel(
  Model(
    graph: graph,
    opsetImport: [OperatorSetIdProto(version: 21), OperatorSetIdProto(domain: "com.example", version: 1)],
    irVersion: 10))
for diagnostic in model.diagnostics { print(diagnostic) }

let session = try Session(model, rules: [SquareToProduct.self])
for rewrite in session.rewrites { print(rewrite) }

let x = try Tensor([0, 1, 2, 3] as [Float], shape: [4])
let y = try session.run(["x": .tensor(x)])["y"]?.tensor?.elements(as: Float.self)
print(y ?? [])
guard y == [0, 0.15625, 1, 1] else { fatalError("the example gives other numbers") }
print("1 passed, 0 failed")
