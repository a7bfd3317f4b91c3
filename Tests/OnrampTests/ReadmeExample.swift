import Onramp

/// The Swift example of README.md; `ReadmeTests` compares the two.
func readmeExample(path: String) throws -> Tensor? {
  // README: begin
  let model = try OnnxModel(path: path)
  for diagnostic in model.diagnostics { print(diagnostic) }

  let session = try Session(model)  // legalizes for the runtime
  for rewrite in session.rewrites { print(rewrite) }

  let image = try Tensor([Float](repeating: 0.5, count: 3 * 32 * 32), shape: [1, 3, 32, 32])
  let outputs = try session.run(["image": .tensor(image)])  // compiles for the shapes at hand
  let classes = outputs["classes"]?.tensor
  // README: end
  return classes
}
