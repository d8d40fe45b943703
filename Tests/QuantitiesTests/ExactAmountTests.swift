import Foundation
import Quantities
import TestSupport
import Testing

@Suite("ExactAmount")
struct ExactAmountTests {
  static let euro = CurrencyCode("EUR")

  @Test("a price per kWh, per hour and flat are exact, and so is the tax on them")
  func constructors() {
    // 0.25 per kWh × 1.2 kWh, 2.00 per hour × 20 minutes, 0.50 flat.
    let energy = ExactAmount(
      pricePerKilowattHour: 250_000, energy: Energy(milliwattHours: 1_200_000))
    let time = ExactAmount(pricePerHour: 2_000_000, milliseconds: 1_200_000)
    let flat = ExactAmount(flat: 500_000)
    #expect(energy.fraction == "3/10")
    #expect(time.fraction == "2/3")
    #expect(flat.fraction == "1/2")
    #expect((energy + time + flat).fraction == "22/15")
    #expect(time.addingVAT(tenThousandthsOfPercent: 190_000)?.fraction == "119/150")
    #expect(time.exactDecimalString == "0.666666666666666667")
  }

  @Test("the smallest price, amount and tax rate together stay exact")
  func finest() {
    let one = Energy(milliwattHours: 1)
    let energy = ExactAmount(pricePerKilowattHour: 1, energy: one)
    #expect(energy.fraction == "1/1000000000000")
    #expect(
      energy.vat(tenThousandthsOfPercent: 1)?.fraction == "1/1000000000000000000")
    let time = ExactAmount(pricePerHour: 1, milliseconds: 1)
    #expect(time.vat(tenThousandthsOfPercent: 1)?.fraction == "1/3600000000000000000")
  }

  @Test("tax that would need a finer unit is refused, not rounded")
  func refusesInexactTax() {
    #expect(ExactAmount(numerator: 1).vat(tenThousandthsOfPercent: 190_000) == nil)
    #expect(ExactAmount(numerator: 100).vat(tenThousandthsOfPercent: 190_000)?.numerator == 19)
  }

  @Test(
    "a bill shows the currency's decimals, rounded half to even",
    arguments: [
      ("0.125", "EUR", "0.12"), ("0.135", "EUR", "0.14"), ("-0.125", "EUR", "-0.12"),
      ("0.1250000000001", "EUR", "0.13"), ("-0.004", "EUR", "0.00"), ("12", "EUR", "12.00"),
      ("1.5", "JPY", "2"), ("0.5", "JPY", "0"), ("1.2345", "KWD", "1.234"), ("7", "CLF", "7.0000"),
    ])
  func rounding(decimal: String, currency: String, shown: String) throws {
    let amount = try #require(DecimalNumber(decimal).flatMap { ExactAmount($0) })
    #expect(amount.decimalString(in: try #require(CurrencyCode(currency))) == shown)
  }

  @Test("a decimal of up to 18 places is taken exactly, a finer one is refused")
  func decimals() throws {
    let finest = try #require(DecimalNumber("0.000000000000000001"))
    #expect(ExactAmount(finest)?.exactDecimalString == "0.000000000000000001")
    #expect(ExactAmount(try #require(DecimalNumber("0.0000000000000000001"))) == nil)
    #expect(ExactAmount(try #require(DecimalNumber("9e18")))?.fraction == "9000000000000000000/1")
    #expect(ExactAmount(try #require(DecimalNumber("1e19"))) == nil)
  }

  @Test("overflow is kept through every operation and never traps")
  func overflow() throws {
    let great = ExactAmount(numerator: .max)
    let most = Energy(milliwattHours: .max)
    let product = ExactAmount(pricePerKilowattHour: .max, energy: most)
    #expect(product.isOverflow)
    #expect(ExactAmount(pricePerHour: .min, milliseconds: .max).isOverflow)
    #expect(!ExactAmount(flat: .min).isOverflow)
    #expect((great + great).isOverflow)
    #expect((-great - great).isOverflow)
    #expect((product - product).isOverflow)
    #expect((-product).isOverflow)
    #expect((product + great).isOverflow)
    #expect(product.addingVAT(tenThousandthsOfPercent: 1)?.isOverflow == true)
    #expect(great.vat(tenThousandthsOfPercent: .max)?.isOverflow == true)
    #expect(product < -great)
    #expect(product.fraction == "overflow")
    #expect(product.decimalString(in: try #require(Self.euro)) == "overflow")
    #expect(product.rounded(toDecimals: 2) == nil)
  }

  @Test("cents agree with Foundation's bankers' rounding", arguments: [21, 22])
  func agreesWithDecimal(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<1000 {
      let price = Int64.random(in: -2_000_000...2_000_000, using: &random)
      let energy = Int64.random(in: 0...200_000_000, using: &random)
      let amount = ExactAmount(
        pricePerKilowattHour: price, energy: Energy(milliwattHours: energy))
      var exact = Decimal(price) * Decimal(energy) / 1_000_000_000_000
      var cents = Decimal()
      NSDecimalRound(&cents, &exact, 2, .bankers)
      let expected = NSDecimalNumber(decimal: cents * 100).int64Value
      #expect(amount.minorUnits(of: try #require(Self.euro)) == Int128(expected), "seed \(seed)")
    }
  }

  @Test("the sum does not depend on the order", arguments: [23])
  func associative(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let amounts = (0..<500).map { _ in
      ExactAmount(
        pricePerHour: Int64.random(in: -9_000_000...9_000_000, using: &random),
        milliseconds: Int64.random(in: 0...90_000_000, using: &random))
    }
    let sum = amounts.reduce(.zero, +)
    #expect(amounts.shuffled(using: &random).reduce(.zero, +) == sum, "seed \(seed)")
  }
}

@Suite("CurrencyCode")
struct CurrencyCodeTests {
  @Test("three letters of either case are a code; anything else is not")
  func reading() {
    #expect(CurrencyCode("eur")?.description == "EUR")
    #expect(CurrencyCode("EUR") == CurrencyCode("Eur"))
    for text in ["", "EU", "EURO", "E1R", "E R", "€", "EU["] { #expect(CurrencyCode(text) == nil) }
  }

  @Test("minor units are those of ISO 4217")
  func minorUnits() {
    #expect(["EUR", "JPY", "KWD", "CLF"].map { CurrencyCode($0)?.minorUnits } == [2, 0, 3, 4])
  }

  @Test("codes are ordered like their letters")
  func order() throws {
    let codes = ["USD", "CHF", "EUR", "CHE"].compactMap { CurrencyCode($0) }
    #expect(codes.sorted().map(\.description) == ["CHE", "CHF", "EUR", "USD"])
  }
}
