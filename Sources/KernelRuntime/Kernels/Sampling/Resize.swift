import CKernels

/// Changes extents of operand 0 by interpolation.
///
/// Operand 1 is the region of interest (for the crop transformation), operand 2 the scales, operand 3 the sizes; one
/// of the last two is given, absent ones may be empty tensors. Strings and booleans have no mode but the nearest.
public struct ResizeKernel: Kernel {
  public enum Mode: String, Codable, Sendable { case nearest, linear, cubic }
  public enum Transformation: String, Codable, Sendable {
    case halfPixel = "half_pixel"
    case halfPixelSymmetric = "half_pixel_symmetric"
    case pytorchHalfPixel = "pytorch_half_pixel"
    case alignCorners = "align_corners"
    case asymmetric
    case tfCropAndResize = "tf_crop_and_resize"
  }
  public enum NearestMode: String, Codable, Sendable {
    case roundPreferFloor = "round_prefer_floor"
    case roundPreferCeil = "round_prefer_ceil"
    case floor, ceil
  }
  public enum AspectPolicy: String, Codable, Sendable {
    case stretch
    case notLarger = "not_larger"
    case notSmaller = "not_smaller"
  }

  public var mode: Mode
  public var coordinateTransformationMode: Transformation
  public var nearestMode: NearestMode
  public var keepAspectRatioPolicy: AspectPolicy
  /// Which dimensions scales, sizes and regions are for; nil for all.
  public var axes: [Int]?
  public var antialias: Bool
  public var cubicCoeffA: Double
  public var excludeOutside: Bool
  public var extrapolationValue: Double

  public init(
    mode: Mode = .nearest, coordinateTransformationMode: Transformation = .halfPixel,
    nearestMode: NearestMode = .roundPreferFloor, keepAspectRatioPolicy: AspectPolicy = .stretch, axes: [Int]? = nil,
    antialias: Bool = false, cubicCoeffA: Double = -0.75, excludeOutside: Bool = false, extrapolationValue: Double = 0
  ) {
    self.mode = mode
    self.coordinateTransformationMode = coordinateTransformationMode
    self.nearestMode = nearestMode
    self.keepAspectRatioPolicy = keepAspectRatioPolicy
    self.axes = axes
    self.antialias = antialias
    self.cubicCoeffA = cubicCoeffA
    self.excludeOutside = excludeOutside
    self.extrapolationValue = extrapolationValue
  }

  public func prepare(_ operands: Operands, options: KernelOptions) throws(KernelError) -> Prepared {
    let x = try operands.spec(0)
    let axes = try resolveAxes(axes ?? Array(0..<x.rank), rank: x.rank)
    func numbers(_ i: Int) throws(KernelError) -> [Double]? {
      guard operands.has(i), try operands.optionalSpec(i)?.count != 0 else { return nil }
      return try operands.tensor(i).doubles
    }
    let region = try coordinateTransformationMode == .tfCropAndResize ? numbers(1) : nil
    let (sizes, scales) = try Self.extents(
      x.shape, axes: axes, scales: try numbers(2),
      sizes: try numbers(3) == nil ? nil : operands.integers(3), policy: keepAspectRatioPolicy)
    if coordinateTransformationMode == .tfCropAndResize {
      guard region?.count == 2 * axes.count else { throw .invalid("the region must have \(2 * axes.count) numbers") }
    }
    var shape = x.shape
    for (i, axis) in axes.enumerated() { shape[axis] = sizes[i] }
    let result = try TensorSpec.checked(x.type, shape)
    if result.count > 0, x.count == 0 { throw .invalid("nothing to interpolate in shape \(x.shape)") }
    // Complex numbers are resized part by part.
    let parts = x.type.isComplex ? 2 : 1
    var passes: [Pass] = []
    var current = x.shape
    for (i, axis) in axes.enumerated() where result.count > 0 {
      let bounds = region.map { ($0[i], $0[axes.count + i]) }
      if sizes[i] == x.shape[axis], scales[i] == 1, bounds == nil || bounds.map({ $0 == (0, 1) }) == true { continue }
      var taps = try makeTaps(input: x.shape[axis], output: sizes[i], scale: scales[i], region: bounds)
      if x.type == .bool, taps.extrapolation != 0 { taps.extrapolation = 1 }
      passes.append(
        Pass(
          taps: taps, outer: product(current[..<axis]), input: x.shape[axis], output: sizes[i],
          inner: product(current[(axis + 1)...]) * parts, parts: parts))
      current[axis] = sizes[i]
      _ = try TensorSpec.checked(x.type.isComplex ? .complex128 : .double, current)
    }
    if passes.isEmpty, result == x { return Prepared(aliasing: 0, as: x) }
    let task = Task(passes: passes, input: x, result: result, isPlain: options.reference)
    let (floats, integers) = (Floats(task: task), Integers(task: task))
    switch x.type {
    case .complex64: return floats.visit(Float.self)
    case .complex128: return floats.visit(Double.self)
    case .bool, .string:
      guard mode == .nearest else {
        throw .unsupported("\(x.type.name) elements between which \(mode.rawValue) resizing mixes")
      }
      if x.type == .bool { return integers.visit(UInt8.self) }
      let isExtrapolated = passes.contains { !$0.taps.outside.isEmpty }
      guard extrapolationValue == 0 || !isExtrapolated else {
        throw .invalid("the number \(extrapolationValue) to stand for strings outside")
      }
      return Self.resizingStrings(task)
    case _ where x.type.isInteger: return try x.type.integer(integers)
    default: return try x.type.float(floats)
    }
  }

  /// The extents and scales that result along each of `axes`.
  public static func extents(
    _ shape: [Int], axes: [Int], scales: [Double]?, sizes: [Int]?, policy: AspectPolicy
  ) throws(KernelError) -> (sizes: [Int], scales: [Double]) {
    if let sizes {
      guard sizes.count == axes.count, sizes.allSatisfy({ $0 >= 0 }) else {
        throw .invalid("sizes \(sizes) for \(axes.count) axes")
      }
      let ratios = zip(sizes, axes).map { Double($0) / Double(shape[$1]) }
      guard policy != .stretch, let scale = policy == .notLarger ? ratios.min() : ratios.max() else {
        return (sizes, ratios)
      }
      let all = axes.map { Int(Int64(double: scale * Double(shape[$0]) + 0.5)) }
      return (all, axes.map { _ in scale })
    }
    guard let scales, scales.count == axes.count, scales.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw .invalid("one positive scale for each of \(axes.count) axes is needed")
    }
    return (zip(scales, axes).map { Int(Int64(double: $0 * Double(shape[$1]))) }, scales)
  }

  // MARK: One axis

  /// For each output element the inputs that it is made of, tap by tap.
  private struct Taps: Sendable {
    let count: Int
    var places: [Int32]
    var weights: [Double]
    /// The elements that take the extrapolation value, ascending.
    var outside: [Int] = []
    var extrapolation = 0.0
  }

  private struct Pass: Sendable {
    let taps: Taps
    let outer: Int
    let input: Int
    let output: Int
    let inner: Int
    /// How many numbers an element has, of which only the first is extrapolated.
    let parts: Int
    var count: Int { outer * output * inner }
  }

  private func coordinate(
    _ i: Int, input: Int, output: Int, scale: Double, region: (Double, Double)?
  ) -> Double {
    let (x, length) = (Double(i), Double(input))
    let resized = scale * length
    switch coordinateTransformationMode {
    case .halfPixel: return (x + 0.5) / scale - 0.5
    case .halfPixelSymmetric:
      return length / 2 * (1 - Double(output) / resized) + (x + 0.5) / scale - 0.5
    case .pytorchHalfPixel: return resized == 1 ? -0.5 : (x + 0.5) / scale - 0.5
    case .alignCorners: return resized == 1 ? 0 : x * (length - 1) / (resized - 1)
    case .asymmetric: return x / scale
    case .tfCropAndResize:
      let (start, end) = region ?? (0, 1)
      let offset = resized == 1 ? (end - start) * (length - 1) / 2 : x * (end - start) * (length - 1) / (resized - 1)
      return start * (length - 1) + offset
    }
  }

  private func makeTaps(
    input: Int, output: Int, scale: Double, region: (Double, Double)?
  ) throws(KernelError) -> Taps {
    guard let last = Int32(exactly: input - 1) else { throw .unsupported("resizing an extent of \(input)") }
    let shrink = antialias ? min(scale, 1) : 1
    // How far the kernel reaches to either side, stretched where it must not miss an input.
    let reach = (mode == .cubic ? 2 : 1) / shrink
    let first = Int(Int64(double: (-reach).rounded(.down))) + 1
    let count = mode == .nearest ? 1 : 2 - 2 * first
    let total = try checkedProduct(count, output)
    var taps = Taps(
      count: count, places: Array(repeating: 0, count: total), weights: Array(repeating: 1, count: total),
      extrapolation: extrapolationValue)
    func place(_ i: Int) -> Int32 { Int32(clamping: min(max(i, 0), Int(last))) }
    for i in 0..<output {
      let x = coordinate(i, input: input, output: output, scale: scale, region: region)
      if coordinateTransformationMode == .tfCropAndResize, x < 0 || x > Double(input - 1) { taps.outside.append(i) }
      // Coordinates far outside only ever see the edge.
      let at = min(max(x, -1e9), 1e9)
      if mode == .nearest {
        let nearest =
          switch nearestMode {
          case .roundPreferFloor: (at - 0.5).rounded(.up)
          case .roundPreferCeil: (at + 0.5).rounded(.down)
          case .floor: at.rounded(.down)
          case .ceil: at.rounded(.up)
          }
        taps.places[i] = place(Int(nearest))
        continue
      }
      let base = Int(at.rounded(.down))
      let ratio = at - Double(base)
      let weights = (first..<first + count).map { tap in
        let isOutside = base + tap < 0 || base + tap >= input
        return excludeOutside && isOutside ? 0 : weight((Double(tap) - ratio) * shrink)
      }
      let sum = weights.reduce(0, +)
      let divisor = (antialias || excludeOutside) && sum != 0 ? sum : 1
      for (t, weight) in weights.enumerated() {
        taps.places[t * output + i] = place(base + first + t)
        taps.weights[t * output + i] = weight / divisor
      }
    }
    return taps
  }

  /// The interpolation kernel.
  private func weight(_ distance: Double) -> Double {
    let x = distance.magnitude
    guard mode == .cubic else { return max(0, 1 - x) }
    let a = cubicCoeffA
    if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0
  }

  // MARK: Running

  /// What the visitors of all types need.
  private struct Task: Sendable {
    let passes: [Pass]
    let input: TensorSpec
    let result: TensorSpec
    /// Whether to do without fast kernels.
    let isPlain: Bool
  }

  private struct Floats: FloatVisitor {
    let task: Task
    func visit<T: FloatElement>(_ type: T.Type) -> Prepared {
      ResizeKernel.prepare(task, T.self, T.Compute.self, { x, i in x[i].compute }, { value, _ in T(compute: value) })
    }
  }
  private struct Integers: IntegerVisitor {
    let task: Task
    func visit<T: IntegerElement>(_ type: T.Type) -> Prepared {
      ResizeKernel.prepare(
        task, T.self, Double.self, { x, i in x[i].double }, { value, _ in T(double: value.rounded(.toNearestOrEven)) })
    }
  }
  /// Resizes the strings' numbers in their stead, from 1, so that 0 says an empty string.
  private static func resizingStrings(_ task: Task) -> Prepared {
    prepare(
      task, String.self, Double.self, { _, i in Double(i + 1) }, { number, x in number < 1 ? "" : x[Int(number) - 1] })
  }

  /// The passes follow each other through two buffers. Numbers that are computed with as they are start and end where
  /// they lie.
  @inline(__always)
  private static func prepare<T: Element, C: RealMath>(
    _ task: Task, _ type: T.Type, _ compute: C.Type, _ load: @escaping @Sendable (UnsafePointer<T>, Int) -> C,
    _ store: @escaping @Sendable (C, UnsafePointer<T>) -> T
  ) -> Prepared {
    let (passes, result) = (task.passes, task.result)
    let parts = result.type.isComplex ? 2 : 1
    let (inputCount, count) = (task.input.count * parts, result.count * parts)
    let isInPlace = T.self == C.self
    let between = isInPlace ? passes.dropLast().map(\.count) : [inputCount] + passes.map(\.count)
    let bufferBytes = alignedSize((between.max() ?? 0) * MemoryLayout<C>.size)
    let weights = passes.map { $0.taps.weights.map { C(double: $0) } }
    return Prepared([result], scratchBytes: (between.count > 1 ? 2 : 1) * bufferBytes) { invocation in
      guard count > 0 else { return }
      nonisolated(unsafe) let x = invocation.operand(0, as: T.self)
      nonisolated(unsafe) let y = invocation.result(0, as: T.self)
      var from = invocation.scratch.assumingMemoryBound(to: C.self)
      var to = from
      if between.count > 1 { to = (invocation.scratch + bufferBytes).assumingMemoryBound(to: C.self) }
      if !isInPlace {
        nonisolated(unsafe) let from = from
        invocation.threads.forRanges(inputCount, grain: cheapGrain) { for i in $0 { from[i] = load(x, i) } }
      }
      for (i, pass) in passes.enumerated() {
        let isLast = isInPlace && i == passes.count - 1
        run(
          pass, weights[i],
          isInPlace && i == 0 ? UnsafeRawPointer(x).assumingMemoryBound(to: C.self) : UnsafePointer(from),
          isLast ? UnsafeMutableRawPointer(y).assumingMemoryBound(to: C.self) : to, isPlain: task.isPlain,
          invocation.threads)
        swap(&from, &to)
      }
      if !isInPlace {
        nonisolated(unsafe) let from = from
        invocation.threads.forRanges(count, grain: cheapGrain) { for i in $0 { y[i] = store(from[i], x) } }
      }
    }
  }

  private static func run<C: RealMath>(
    _ pass: Pass, _ weights: [C], _ from: UnsafePointer<C>, _ to: UnsafeMutablePointer<C>, isPlain: Bool,
    _ threads: ThreadPool
  ) {
    nonisolated(unsafe) let from = from
    nonisolated(unsafe) let to = to
    let (inner, taps) = (pass.inner, pass.taps)
    let rows = pass.outer * pass.output
    threads.forRanges(rows, grain: max(1, cheapGrain / max(1, inner * taps.count))) { range in
      var row = range.lowerBound
      while row < range.upperBound {
        let (o, first) = row.quotientAndRemainder(dividingBy: pass.output)
        let outputs = first..<min(pass.output, first + range.upperBound - row)
        mix(pass, outputs, from + o * pass.input * inner, to + row * inner, weights, isPlain: isPlain)
        row += outputs.count
      }
    }
    for o in 0..<pass.outer {
      for j in taps.outside {
        let row = to + (o * pass.output + j) * inner
        for i in 0..<inner { row[i] = i % pass.parts == 0 ? C(double: taps.extrapolation) : 0 }
      }
    }
  }

  /// Makes the rows of some outputs.
  private static func mix<C: RealMath>(
    _ pass: Pass, _ outputs: Range<Int>, _ from: UnsafePointer<C>, _ to: UnsafeMutablePointer<C>, _ weights: [C],
    isPlain: Bool
  ) {
    let (inner, taps, all) = (pass.inner, pass.taps, pass.output)
    if !isPlain, C.self == Float.self {
      taps.places.withUnsafeBufferPointer { places in
        weights.withUnsafeBytes { weights in
          var axis = onramp_resize_axis(
            outputs: all, taps: taps.count, places: places.baseAddress,
            weights: weights.baseAddress?.assumingMemoryBound(to: Float.self))
          onramp_resize_rows(
            &axis, UnsafeMutableRawPointer(to).assumingMemoryBound(to: Float.self),
            UnsafeRawPointer(from).assumingMemoryBound(to: Float.self), inner, outputs.lowerBound, outputs.count)
        }
      }
      return
    }
    for j in outputs {
      let row = to + (j - outputs.lowerBound) * inner
      for t in 0..<taps.count {
        let weight = weights[t * all + j]
        let column = from + Int(taps.places[t * all + j]) * inner
        if t == 0 {
          for i in 0..<inner { row[i] = weight * column[i] }
        } else {
          for i in 0..<inner { row[i] += weight * column[i] }
        }
      }
    }
  }
}
