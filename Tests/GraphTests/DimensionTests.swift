import Graph
import Testing

@Suite struct DimensionTests {
  let h = Dimension(symbol: "H")
  let w = Dimension(symbol: "W")

  @Test func equalPolynomialsCompareEqual() {
    #expect((h + w) * (h + w) == h * h + 2 * h * w + w * w)
    #expect(h - h == 0)
    #expect((h + 1) - (w + 1) == h - w)
    #expect(h * w == w * h)
  }

  @Test func divisionIsCarriedOutWhereItCanBe() {
    #expect((4 * h + 6).floorDivided(by: 2) == 2 * h + 3)
    #expect((2 * h + 1).floorDivided(by: 2) == h)
    #expect((12 * h * w).floorDivided(by: 4 * h) == 3 * w)
    #expect(h.floorDivided(by: 2).floorDivided(by: 3) == h.floorDivided(by: 6))
    #expect(Dimension(-7).floorDivided(by: 2) == -4)
    #expect(Dimension(7).ceilDivided(by: 2) == 4)
    #expect(h.floorDivided(by: h) == 1)
    #expect(h.floorDivided(by: 0) == 0)
  }

  @Test func textIsReadable() {
    #expect("\((h + 1).floorDivided(by: 2))" == "(H + 1)/2")
    #expect("\(2 * h * w - 3)" == "2*H*W - 3")
    #expect("\(Dimension.max(h, 1))" == "max(1, H)")
  }

  @Test func overflowSaturates() {
    #expect((Dimension(Int.max) + 1).value == Int.max)
    #expect((Dimension(Int.max) * 2).value == Int.max)
    #expect((Dimension(Int.min) * 2).value == Int.min)
  }

  @Test func sumsDoNotGrowWithoutEnd() {
    var sum = Dimension(0)
    for i in 0..<1000 { sum = sum + Dimension(symbol: "s\(i)") * Dimension(symbol: "t\(i)") }
    #expect(sum.description.utf8.count < 2000)
  }

  /// Building an expression and putting numbers in must give what the numbers alone give.
  @Test(arguments: 0..<40) func substitutionAgreesWithArithmetic(seed: UInt64) {
    var random = Generator(state: seed)
    let values = ["H": Int(random.next() % 50), "W": Int(random.next() % 50) + 1]
    for _ in 0..<50 {
      var (expression, number) = (h, values["H"] ?? 0)
      for _ in 0..<6 {
        let constant = Int(random.next() % 9) + 1
        switch random.next() % 6 {
        case 0: (expression, number) = (expression + Dimension(constant), number + constant)
        case 1: (expression, number) = (expression - Dimension(constant), number - constant)
        case 2: (expression, number) = (expression * w, number * (values["W"] ?? 0))
        case 3:
          expression = expression.floorDivided(by: Dimension(constant))
          number = Int((Double(number) / Double(constant)).rounded(.down))
        case 4: (expression, number) = (.max(expression, Dimension(constant)), max(number, constant))
        default: (expression, number) = (.min(expression, w), min(number, values["W"] ?? 0))
        }
        guard abs(number) < 1 << 40 else { break }
      }
      #expect(expression.substituting(values).value == number, "seed \(seed): \(expression)")
    }
  }
}

/// A small generator, so that a failing draw can be repeated from its seed.
struct Generator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (state >> 33) ^ (state >> 17)
  }
}
