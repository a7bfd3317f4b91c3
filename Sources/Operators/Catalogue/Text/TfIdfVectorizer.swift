import Graph
import KernelRuntime

/// How often n-grams of a pool occur in each row, weighted.
enum TfIdfVectorizerOp: OperatorDefinition {
  static func infer(_ call: OperatorCall) throws(Diagnostic) -> [ValueType] {
    let kernel = try makeKernel(call)
    guard let shape = try call.shape(0) else { return [.tensor(TensorType(.float, nil))] }
    guard shape.count <= 2 else { throw .shape("input 0 of TfIdfVectorizer must be a row or a matrix") }
    return [.tensor(TensorType(.float, shape.dropLast() + [Dimension(kernel.width)]))]
  }

  static func kernel(_ call: OperatorCall) throws(Diagnostic) -> any Kernel { try makeKernel(call) }

  private static func makeKernel(_ call: OperatorCall) throws(Diagnostic) -> TfIdfVectorizerKernel {
    let strings = try call.optionalStrings("pool_strings")
    let integers = try call.optionalInts("pool_int64s")
    guard (strings == nil) != (integers == nil) else {
      throw .attribute("TfIdfVectorizer must have either pool_strings or pool_int64s")
    }
    let counts = try call.ints("ngram_counts")
    let size = strings?.count ?? integers?.count ?? 0
    let (shortest, longest) = (try call.int("min_gram_length"), try call.int("max_gram_length"))
    guard shortest > 0, shortest <= longest else {
      throw .attribute("TfIdfVectorizer cannot have n-grams of \(shortest) to \(longest) items")
    }
    let maxSkip = try call.int("max_skip_count")
    guard maxSkip >= 0, maxSkip < .max else {
      throw .attribute("max_skip_count \(maxSkip) of TfIdfVectorizer is out of range")
    }
    // `counts` says where the n-grams of each length start in the pool.
    let ends = counts.dropFirst() + [size]
    var grams: [Range<Int>] = []
    for (i, (start, end)) in zip(counts, ends).enumerated() {
      guard start >= 0, start <= end, end <= size, (end - start).isMultiple(of: i + 1) else {
        throw .attribute("ngram_counts \(counts) of TfIdfVectorizer do not divide its pool of \(size)")
      }
      grams += stride(from: start, to: end, by: i + 1).map { $0..<$0 + i + 1 }
    }
    let columns = try call.ints("ngram_indexes")
    guard columns.count == grams.count, columns.allSatisfy({ (0..<1 << 31).contains($0) }) else {
      throw .attribute("ngram_indexes of TfIdfVectorizer must have a column for each of \(grams.count) n-grams")
    }
    let weights = try call.optionalFloats("weights")
    guard (weights?.count ?? grams.count) == grams.count else {
      throw .attribute("weights of TfIdfVectorizer must have one for each of \(grams.count) n-grams")
    }
    return TfIdfVectorizerKernel(
      mode: try call.choice("mode"), lengths: shortest...longest, maxSkip: maxSkip, strings: strings,
      integers: integers, grams: grams, columns: columns, weights: weights)
  }
}
