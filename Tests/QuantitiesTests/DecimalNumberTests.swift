import Quantities
import TestSupport
import Testing

@Suite("DecimalNumber")
struct DecimalNumberTests {
  @Test(
    "JSON numbers are read digit for digit",
    arguments: [
      ("0", 0, 0), ("-0", 0, 0), ("12", 12, 0), ("-12.50", -1250, -2), ("0.001", 1, -3),
      ("1e3", 1, 3), ("1E+3", 1, 3), ("25e-2", 25, -2), ("1.5e-3", 15, -4),
      ("65.9999999998", 659_999_999_998, -10), ("1e2147483647", 1, 2_147_483_647),
    ] as [(String, Int128, Int32)])
  func json(text: String, coefficient: Int128, exponent: Int32) {
    #expect(DecimalNumber(text) == DecimalNumber(coefficient: coefficient, exponent: exponent))
  }

  @Test(
    "what JSON does not call a number is refused",
    arguments: [
      "", "-", "+5", ".5", "5.", "01", "-01", "1e", "1e+", "0x10", "NaN", "1 ", " 1", "1,5",
      "--1", "1.2.3", "1e5.0", "∞", "1e2147483648", "1e99999999999999999999",
    ])
  func refused(text: String) { #expect(DecimalNumber(text) == nil) }

  @Test(
    "meter text is read with blanks, a plus sign, leading zeros and bare points",
    arguments: [
      (" 9.038", 9038, -3), ("+5", 5, 0), ("1e3", 1, 3), (".5", 5, -1), ("5.", 5, 0),
      ("007", 7, 0), ("-.25\t", -25, -2), ("\n12 ", 12, 0), ("+0.0", 0, -1),
    ] as [(String, Int128, Int32)])
  func meter(text: String, coefficient: Int128, exponent: Int32) {
    let number = DecimalNumber(text, grammar: .meter)
    #expect(number == DecimalNumber(coefficient: coefficient, exponent: exponent))
  }

  @Test(
    "meter text that is no number is refused",
    arguments: ["", " ", ".", "+", "-+5", "+-5", "1 2", "1,5", "12 kWh", "1e", "."])
  func meterRefused(text: String) { #expect(DecimalNumber(text, grammar: .meter) == nil) }

  @Test("38 digits are kept exactly, 39 are refused, leading zeros do not count")
  func digits() {
    let digits = "12345678901234567890123456789012345678"
    #expect(DecimalNumber(digits)?.description == digits)
    #expect(DecimalNumber("0.000" + digits)?.description == "1\(digits.dropFirst())e-41")
    #expect(DecimalNumber(digits + "9") == nil)
    #expect(DecimalNumber("123456789012345678.5")?.coefficient == 1_234_567_890_123_456_785)
  }

  @Test(
    "scaling is exact or refused, and rounds half to even when asked to",
    arguments: [
      ("1.234", -6, 1_234_000, 1_234_000), ("65.9999999998", -6, nil, 66_000_000),
      ("0.0000005", -6, nil, 0), ("0.0000015", -6, nil, 2), ("0.0000025", -6, nil, 2),
      ("-0.0000015", -6, nil, -2), ("-0.0000025", -6, nil, -2), ("-0.00000251", -6, nil, -3),
      ("1e3", 0, 1000, 1000), ("1500", 3, nil, 2), ("2500", 3, nil, 2), ("0e999999999", 0, 0, 0),
      ("1e-2000000000", 0, nil, 0), ("1e2000000000", 0, nil, nil),
      ("9223372036854775807", 0, .max, .max), ("9223372036854775808", 0, nil, nil),
      ("-9223372036854775808", 0, .min, .min), ("9e38", 0, nil, nil),
    ] as [(String, Int, Int64?, Int64?)])
  func scaling(text: String, power: Int, exact: Int64?, rounded: Int64?) throws {
    let number = try #require(DecimalNumber(text))
    #expect(number.scaled(toPowerOfTen: power) == exact)
    #expect(number.scaled(toPowerOfTen: power, rounding: .halfToEven) == rounded)
  }

  @Test("what is shown reads back as the same number", arguments: [11, 12])
  func roundTrip(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for _ in 0..<3000 {
      let bits = Int.random(in: 2...120, using: &random)
      let coefficient = (Int128(random.next()) << 60) >> Int128(bits)
      let exponent = Int32.random(in: -60...60, using: &random)
      let number = DecimalNumber(
        coefficient: Bool.random(using: &random) ? coefficient : -coefficient, exponent: exponent)
      let text = number.description
      #expect(DecimalNumber(text)?.normalized == number.normalized, "seed \(seed): \(text)")
    }
  }

  @Test("of texts made at random, those that fit the grammar are read", arguments: [13, 14])
  func grammar(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let alphabet = Array("0123456789.-+eE ")
    let json = /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/
    let meter = /[ ]*[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)? */
    for _ in 0..<5000 {
      let length = Int.random(in: 1...6, using: &random)
      let text = String((0..<length).compactMap { _ in alphabet.randomElement(using: &random) })
      #expect((DecimalNumber(text) != nil) == (text.wholeMatch(of: json) != nil), "\(text)")
      let isRead = DecimalNumber(text, grammar: .meter) != nil
      #expect(isRead == (text.wholeMatch(of: meter) != nil), "seed \(seed): \(text)")
    }
  }

  @Test("equal values written differently have one normal form")
  func normalized() {
    #expect(DecimalNumber("1.50") != DecimalNumber("1.5"))
    #expect(DecimalNumber("1.50")?.normalized == DecimalNumber("1.5")?.normalized)
    #expect(DecimalNumber("0.000")?.normalized == DecimalNumber("0"))
  }
}
