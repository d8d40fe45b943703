import Quantities
import Replay
import Testing

@Suite("Reasons for a change")
struct PriceBreakdownTests {
  private let euro: CurrencyCode

  init() throws { euro = try #require(CurrencyCode("EUR")) }

  private let used = ChargedQuantities(
    energy: Energy(milliwattHours: 30_200_000), chargingMilliseconds: 3_900_000,
    parkingMilliseconds: 2_520_000)

  @Test("A reason names what changed, at which rates, the greatest difference first")
  func rates() {
    let before = PriceBreakdown(energy: micro(11_778_000))
    let after = PriceBreakdown(energy: micro(13_590_000), parking: micro(1_680_000))
    #expect(
      before.reason(for: after, of: used, in: euro)
        == "energy 30.2 kWh at 0.45 instead of 0.39; parking 42 min now priced at 2.40 an hour")
  }

  @Test("What is no longer priced is said so")
  func dropped() {
    let before = PriceBreakdown(time: micro(1_300_000), flat: micro(500_000))
    let after = PriceBreakdown(flat: micro(350_000))
    #expect(
      before.reason(for: after, of: used, in: euro)
        == "charging 1 h 5 min no longer priced at 1.20 an hour; flat fee 0.35 instead of 0.50")
  }

  @Test("A rate that six decimals cannot hold is marked")
  func inexactRate() {
    let before = PriceBreakdown(energy: micro(10_000_000))
    let after = PriceBreakdown(energy: micro(15_100_000))
    #expect(
      before.reason(for: after, of: used, in: euro)
        == "energy 30.2 kWh at 0.50 instead of about 0.3311")
  }

  @Test("VAT is a reason when its rate changes, and not when it only follows")
  func vat() {
    let before = PriceBreakdown(energy: micro(3_020_000), vat: micro(573_800))
    let lowered = PriceBreakdown(energy: micro(3_020_000), vat: micro(211_400))
    #expect(before.reason(for: lowered, of: used, in: euro) == "VAT 0.2114 instead of 0.5738")
    let doubled = PriceBreakdown(energy: micro(6_040_000), vat: micro(1_147_600))
    #expect(
      before.reason(for: doubled, of: used, in: euro) == "energy 30.2 kWh at 0.20 instead of 0.10")
  }

  @Test("Without a quantity to divide by, the amounts are given")
  func withoutQuantity() {
    let nothing = ChargedQuantities(
      energy: .zero, chargingMilliseconds: 0, parkingMilliseconds: 45_000)
    let before = PriceBreakdown(energy: micro(1_000_000), other: micro(-250_000))
    let after = PriceBreakdown(energy: micro(2_500_000), flat: micro(10_000))
    #expect(
      before.reason(for: after, of: nothing, in: euro)
        == "energy 0 kWh 2.50 instead of 1.00; other parts no longer priced, -0.25; "
        + "flat fee now priced, 0.01")
  }

  @Test("What rounds to nothing in the currency is left out, unless nothing else is left")
  func invisible() throws {
    let before = PriceBreakdown(energy: micro(3_020_000), parking: micro(1_000))
    let after = PriceBreakdown(energy: micro(6_040_000), parking: micro(5_000))
    #expect(
      before.reason(for: after, of: used, in: euro)
        == "energy 30.2 kWh at 0.20 instead of 0.10")
    let barely = PriceBreakdown(energy: micro(3_020_000), parking: micro(5_000))
    #expect(before.reason(for: barely, of: used, in: euro) == "less than one minor unit")
    let dinar = try #require(CurrencyCode("KWD"))
    #expect(
      before.reason(for: barely, of: used, in: dinar).hasPrefix("parking 42 min at about 0.0071"))
  }

  @Test("The greatest amounts give a text and never a trap")
  func extremes() {
    let before = PriceBreakdown(energy: ExactAmount(numerator: .max), vat: .overflow)
    let after = PriceBreakdown(energy: .overflow, vat: ExactAmount(numerator: .max))
    let used = ChargedQuantities(
      energy: Energy(milliwattHours: .max), chargingMilliseconds: .max, parkingMilliseconds: .min)
    #expect(before.reason(for: after, of: used, in: euro).hasPrefix("energy "))
    #expect(before.reason(for: before, of: used, in: euro) == "no part of the price differs")
  }
}
