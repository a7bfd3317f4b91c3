import Compiler
import Graph
import KernelRuntime
import Legalizer
import Synchronization

/// A model ready to run. Safe to use from several threads at once.
///
/// The model is compiled for the shapes of the inputs it is given; programs for shapes seen before are kept.
public final class Session: Sendable {
  /// The inputs to give, in the model's order.
  public let inputs: [(name: String, type: ValueType?)]
  /// The outputs to expect, in the model's order.
  public let outputs: [(name: String, type: ValueType?)]
  /// What was rewritten to make the model legal for the runtime.
  public let rewrites: [Legalizer.Rewrite]

  private enum Source {
    case graph(Graph, Compiler)
    case plan(Executor)
  }

  private let source: Source
  private let threads: ThreadPool
  private let programs = Mutex<[(key: [TensorSpec?], executor: Executor)]>([])

  /// The number of shapes that programs are kept for.
  private static let maximalPrograms = 16

  /// Legalizes a model for the runtime.
  ///
  /// - Parameters:
  ///   - threads: how many threads work on one run; by default one for each processor.
  ///   - options: how to compile.
  ///   - rules: rules of your own for nodes that the runtime does not take, tried before its others.
  /// - Throws: `SessionError` with the model's errors, or with the nodes that cannot run.
  public init(
    _ model: OnnxModel, threads: Int? = nil, options: Compiler.Options = Compiler.Options(),
    rules: [any RewriteRule.Type] = []
  ) throws(SessionError) {
    let errors = model.diagnostics.filter { $0.severity == .error }
    guard errors.isEmpty else { throw SessionError(diagnostics: errors) }
    var graph = model.graph
    do throws(LegalizationError) {
      rewrites = try Legalizer(.onramp.adding(rules)).legalize(&graph)
    } catch {
      throw SessionError(diagnostics: error.diagnostics)
    }
    do throws(KernelError) {
      self.threads = try ThreadPool(threads: threads)
    } catch {
      throw SessionError(diagnostics: [Diagnostic(error)])
    }
    inputs = graph[graph.main].inputs.map { (graph[$0].name, graph[$0].type) }
    outputs = graph[graph.main].outputs.map { ($0.name, graph[$0.value].type) }
    source = .graph(graph, Compiler(options))
  }

  /// Opens a compiled plan. It runs on inputs of the types that it was compiled for.
  ///
  /// - Parameter threads: how many threads work on one run; by default one for each processor.
  /// - Throws: when the file is no plan, is damaged, or was made by another release or for another kind of processor.
  public init(plan path: String, threads: Int? = nil) throws(Diagnostic) {
    do throws(KernelError) {
      self.threads = try ThreadPool(threads: threads)
      let plan = try Plan(MappedFile(path: path))
      do throws(RunError) {
        source = .plan(
          try Executor(
            plan.program, options: plan.options, threads: self.threads, releasingPacked: true))
      } catch {
        throw error.cause
      }
      func ports(_ ports: [Plan.Port]) -> [(name: String, type: ValueType?)] {
        ports.map { ($0.name, $0.spec.map { .tensor(TensorType($0)) }) }
      }
      inputs = ports(plan.inputs)
      outputs = ports(plan.outputs)
    } catch {
      throw Diagnostic(.error, .plan, "\"\(path)\": \(error)")
    }
    rewrites = []
  }

  /// The model compiled for inputs of the given types, to be written to a file.
  ///
  /// - Throws: when the model cannot be compiled, or one of its inputs is no tensor.
  public func plan(for specs: [TensorSpec?]) throws(Diagnostic) -> Plan {
    for (input, spec) in zip(inputs, specs) where spec == nil {
      throw Diagnostic(.error, .plan, "a plan's inputs are tensors, and \"\(input.name)\" is none")
    }
    let executor = try prepare(specs)
    return Plan(
      inputs: zip(inputs, specs).map { Plan.Port(name: $0.name, spec: $1) },
      outputs: zip(outputs, executor.outputSpecs).map { Plan.Port(name: $0.name, spec: $1) },
      program: executor.program, options: executor.options)
  }

  /// Compiles the model for inputs of the given types, unless that was done before.
  ///
  /// - Parameter specs: the type of each input; nil for one that is no tensor.
  @discardableResult
  public func prepare(_ specs: [TensorSpec?]) throws(Diagnostic) -> Executor {
    if let found = programs.withLock({ $0.first { $0.key == specs }?.executor }) { return found }
    let executor: Executor
    switch source {
    case .graph(let graph, let compiler): executor = try compiler.compile(graph, inputs: specs, threads: threads)
    case .plan(let ready):
      for ((slot:_, spec:expected), (input, given)) in zip(ready.program.inputs, zip(inputs, specs))
      where expected != given {
        throw Diagnostic(
          .error, .input,
          "input \"\(input.name)\" is given \(given?.description ?? "no tensor"), and the plan is compiled for "
            + "\(expected?.description ?? "another value")",
          help: "convert the model to a plan for these dimensions")
      }
      executor = ready
    }
    programs.withLock { programs in
      if programs.count >= Self.maximalPrograms { programs.removeFirst() }
      programs.append((specs, executor))
    }
    return executor
  }

  /// Runs the model.
  ///
  /// - Parameter values: a value for each input, by name.
  /// - Returns: the value of each output, by name.
  /// - Throws: when an input is missing or not of its type, or the model fails on the data.
  public func run(_ values: [String: RuntimeValue]) throws(Diagnostic) -> [String: RuntimeValue] {
    var list: [RuntimeValue] = []
    for (name, type) in inputs {
      guard let value = values[name] else {
        throw Diagnostic(
          .error, .input, "no value is given for input \"\(name)\"",
          help: type.map { "the model wants \($0)" })
      }
      list.append(value)
    }
    if let unknown = values.keys.sorted().first(where: { name in !inputs.contains { $0.name == name } }) {
      throw Diagnostic(.error, .input, "the model has no input \"\(unknown)\"")
    }
    let results = try run(list)
    return Dictionary(zip(outputs.map(\.name), results), uniquingKeysWith: { first, _ in first })
  }

  /// Where the time and the memory of runs go.
  public struct Profile: Sendable {
    /// A kernel call.
    public struct Call: Sendable {
      /// The node that the call stands for.
      public var label: String
      public var kernel: String
      public var cost: Executor.Cost
      /// On average over the runs.
      public var time = Duration.zero
    }

    /// One call in one run.
    public struct Span: Sendable {
      /// The call's index.
      public var call: Int
      /// Since the first run began.
      public var start: Duration
      public var time: Duration
    }

    /// In the order in which they run.
    public var calls: [Call]
    /// All calls of all runs.
    public var spans: [Span] = []
    public var memory: Executor.Memory
    /// What the session's threads can compute at most, in floating-point operations a second.
    public var peak: Double
  }

  /// Runs the model several times and says what each kernel call took, and what the threads could have done.
  public func profile(_ values: [RuntimeValue], runs: Int) throws(Diagnostic) -> Profile {
    let executor = try prepare(values.map { $0.tensor?.spec })
    var profile = Profile(
      calls: zip(executor.program.instructions, executor.costs).map {
        Profile.Call(label: $0.label, kernel: type(of: $0.kernel).name, cost: $1)
      }, memory: executor.memory, peak: threads.measurePeak())
    let runs = max(runs, 1)
    profile.spans.reserveCapacity(runs * profile.calls.count)
    let start = ContinuousClock.now
    for _ in 0..<runs {
      do throws(RunError) {
        _ = try executor.run(values, threads: threads) { call, time in
          profile.spans.append(Profile.Span(call: call, start: ContinuousClock.now - start - time, time: time))
        }
      } catch {
        throw Diagnostic(error)
      }
    }
    for span in profile.spans { profile.calls[span.call].time += span.time / runs }
    return profile
  }

  /// The program for values of just these types, if there is one.
  private func found(for values: [RuntimeValue]) -> Executor? {
    programs.withLock { programs in
      programs.first { key, _ in values.indices.allSatisfy { key[$0] == values[$0].tensor?.spec } }?.executor
    }
  }

  /// Runs the model on a value for each input, in the model's order.
  ///
  /// - Returns: the value of each output, in the model's order.
  public func run(_ values: [RuntimeValue]) throws(Diagnostic) -> [RuntimeValue] {
    guard values.count == inputs.count else {
      throw Diagnostic(.error, .input, "\(values.count) inputs are given, the model has \(inputs.count)")
    }
    let executor: Executor
    if let ready = found(for: values) {
      executor = ready
    } else {
      executor = try prepare(values.map { $0.tensor?.spec })
    }
    do throws(RunError) {
      return try executor.run(values, threads: threads)
    } catch {
      throw Diagnostic(error)
    }
  }
}

/// Why a model cannot run.
public struct SessionError: Error, Sendable, CustomStringConvertible {
  public let diagnostics: [Diagnostic]

  public var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}
