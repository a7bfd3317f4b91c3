import Graph
import Operators
import Testing

@Suite struct SchemaTests {
  @Test func holdsEveryVersionOfEveryOperator() {
    var counts: [String: Int] = [:]
    for name in SchemaRegistry.operators where SchemaRegistry.isStandard(name) {
      counts[name.domain, default: 0] += SchemaRegistry.versions(of: name).count
    }
    #expect(counts == ["": 654, "ai.onnx.ml": 25, "ai.onnx.preview.training": 4, "ai.onnx.preview": 1])
    #expect(SchemaRegistry.operators == SchemaRegistry.operators.sorted())
  }

  @Test func everySchemaIsWellFormed() {
    for name in SchemaRegistry.operators where SchemaRegistry.isStandard(name) {
      let schemas = SchemaRegistry.schemas(of: name)
      let versions = schemas.map(\.sinceVersion)
      #expect(versions == Set(versions).sorted())
      let newest = SchemaRegistry.isStandard(name) ? SchemaRegistry.latestOpset(domain: name.domain) : 1
      #expect(versions.allSatisfy { $0 >= 1 && $0 <= newest })
      for schema in schemas {
        #expect(schema.name == name)
        for parameters in [schema.inputs, schema.outputs] {
          #expect(parameters.allSatisfy { !$0.name.isEmpty && !$0.types.names.isEmpty }, "\(name)")
          #expect(parameters.dropLast().allSatisfy { $0.option == .single || $0.option == .optional }, "\(name)")
        }
        #expect(schema.attributes.map(\.name) == schema.attributes.map(\.name).sorted(), "\(name)")
      }
    }
  }

  @Test func knowsTheNewestOperatorSets() {
    #expect(SchemaRegistry.latestOpset() == 28)
    #expect(SchemaRegistry.latestOpset(domain: "ai.onnx") == 28)
    #expect(SchemaRegistry.latestOpset(domain: "ai.onnx.ml") == 5)
    #expect(SchemaRegistry.latestOpset(domain: "com.example") == 0)
  }

  @Test func findsTheVersionThatHolds() {
    let softmax = OperatorName("Softmax")
    #expect(SchemaRegistry.versions(of: softmax) == [1, 11, 13])
    for (opset, version, axis) in [(1, 1, 1), (10, 1, 1), (11, 11, 1), (12, 11, 1), (13, 13, -1), (28, 13, -1)] {
      let schema = SchemaRegistry.schema(softmax, opset: opset)
      #expect(schema?.sinceVersion == version)
      #expect(schema?.attribute("axis")?.defaultValue == .int(Int64(axis)))
    }
    #expect(SchemaRegistry.schema(softmax, opset: 0) == nil)
    #expect(SchemaRegistry.schema(OperatorName("Gelu"), opset: 19) == nil)
    #expect(SchemaRegistry.schema(OperatorName("Gelu", domain: "com.example"), opset: 28) == nil)
    #expect(SchemaRegistry.versions(of: OperatorName("TopK")) == [1, 10, 11, 24])
    #expect(SchemaRegistry.schema(OperatorName("Upsample"), opset: 28)?.isDeprecated == true)
  }

  @Test func describesParameters() throws {
    let pool = try #require(SchemaRegistry.schema(OperatorName("MaxPool"), opset: 28))
    #expect(pool.outputs.map(\.name) == ["Y", "Indices"])
    #expect(pool.outputs.map(\.option) == [.single, .optional])
    #expect(pool.outputs[1].types.names == ["tensor(int64)"])
    #expect(pool.outputs[0].types.contains("tensor(uint8)"))
    #expect(pool.outputs[0].typeName == pool.inputs[0].typeName)
    #expect(pool.inputCount == 1...1 && pool.outputCount == 1...2)
    #expect(SchemaRegistry.schema(OperatorName("MaxPool"), opset: 1)?.outputCount == 1...1)

    let loop = try #require(SchemaRegistry.schema(OperatorName("Loop"), opset: 28))
    #expect(loop.inputs.map(\.option) == [.optional, .optional, .variadic(atLeast: 0)])
    #expect(loop.inputs.map(\.isHomogeneous) == [true, true, false])
    #expect(loop.inputCount == 2...Int.max && loop.outputCount == 1...Int.max)
    #expect(loop.input(at: 7)?.name == "v_initial" && pool.input(at: 1) == nil && pool.input(at: -1) == nil)

    let concat = try #require(SchemaRegistry.schema(OperatorName("Concat", domain: "ai.onnx"), opset: 28))
    #expect(concat.inputs.map(\.option) == [.variadic(atLeast: 1)] && concat.inputs[0].isHomogeneous)
  }

  @Test func describesAttributes() throws {
    let pool = try #require(SchemaRegistry.schema(OperatorName("MaxPool"), opset: 28))
    let kernel = try #require(pool.attribute("kernel_shape"))
    #expect(kernel.isRequired && kernel.kind == .ints && kernel.defaultValue == nil)
    #expect(pool.attribute("auto_pad")?.defaultValue == .string("NOTSET"))
    #expect(pool.attribute("axis") == nil)

    let elu = SchemaRegistry.schema(OperatorName("Selu"), opset: 22)?.attribute("alpha")
    #expect(elu?.defaultValue == .float(1.67326319217681884765625))
    let rnn = SchemaRegistry.schema(OperatorName("RNN"), opset: 22)?.attribute("activations")
    #expect(rnn?.defaultValue == .strings(["Tanh", "Tanh"]))
    let norm = SchemaRegistry.schema(OperatorName("MeanVarianceNormalization"), opset: 13)?.attribute("axes")
    #expect(norm?.defaultValue == .ints([0, 2, 3]))
  }

  @Test func spellsOperatorNames() {
    #expect(OperatorName("Softmax", domain: "ai.onnx") == OperatorName("Softmax"))
    #expect(OperatorName("Softmax").description == "Softmax")
    #expect(OperatorName("Gelu", domain: "com.microsoft").description == "com.microsoft.Gelu")
    let scaler = SchemaRegistry.operators.first { $0.type == "Scaler" }
    #expect(scaler == OperatorName("Scaler", domain: "ai.onnx.ml"))
  }
}
