import Foundation
import Quantities
import Testing

@testable import FleetSimulator

@Suite("The parts of the simulator")
struct PartsTests {
  @Test("The shares of a day add up to a million, within rounding")
  func shares() {
    for kind in LocationKind.allCases {
      for isWeekend in [false, true] where !(kind == .workplace && isWeekend) {
        let shares = kind.arrivals(onWeekend: isWeekend)
        #expect(shares.count == ArrivalTable.quartersPerDay)
        #expect(abs(shares.reduce(0, +) - 1_000_000) <= 500, "\(kind)")
      }
    }
  }

  @Test("Quantile tables ascend over 101 percentiles and are straight between them")
  func quantiles() {
    for kind in LocationKind.allCases {
      for table in [kind.connectionHours, kind.energyKilowattHours] {
        #expect(table.percentiles.count == 101)
        #expect(table.percentiles == table.percentiles.sorted())
      }
    }
    let table = QuantileTable(partsPerUnit: 100, knots: [(0, 0), (50, 100), (100, 400)])
    #expect(table.value(atMillionths: 250_000, unit: 1000) == 500)
    #expect(table.value(atMillionths: 755_000, unit: 1000) == 2530)
    #expect(LocationKind.home.connectionHours.value(atMillionths: 500_000, unit: 60) == 660)
  }

  @Test("A battery takes full power to 80 %, less and less above, and ends with what it wanted")
  func battery() throws {
    let full = Battery(
      capacityWattHours: 50_000, wantsWattHours: 20_000, targetPermille: 1000,
      fullPowerWatts: 50_000)
    var battery = full
    #expect(battery.chargePermille == 600 && battery.powerWatts == 50_000)

    // 10 kWh at 50 kW lead to the bend.
    #expect(battery.charge(milliseconds: 720_000) == 10_000 * Battery.millijoulesPerWattHour)
    #expect(battery.chargePermille == 800 && battery.powerWatts == 50_000)
    _ = battery.charge(milliseconds: 360_000)
    #expect((10_000..<50_000).contains(battery.powerWatts))

    let sated = try #require(full.millisecondsUntilSated(within: 86_400_000))
    battery = full
    _ = battery.charge(milliseconds: sated - 1)
    #expect(battery.wanted > 0)
    battery = full
    #expect(battery.charge(milliseconds: sated) == 20_000 * Battery.millijoulesPerWattHour)
    #expect(battery.wanted == 0 && battery.powerWatts == 0)
    #expect(full.millisecondsUntilSated(within: sated - 1) == nil)
  }

  @Test("Energy does not depend on how the time is cut at whole minutes")
  func batterySteps() {
    let battery = Battery(
      capacityWattHours: 58_000, wantsWattHours: 40_000, targetPermille: 950,
      fullPowerWatts: 11_000)
    var (once, often) = (battery, battery)
    let whole = once.charge(milliseconds: 90 * 60_000)
    let parts = (0..<90).reduce(Int64(0)) { sum, _ in sum + often.charge(milliseconds: 60_000) }
    #expect(whole == parts && once.wanted == often.wanted)
  }

  @Test(
    "Times are written as RFC 3339",
    arguments: [
      0, 946_684_800_000, 951_782_400_000, 1_709_164_799_999, 1_767_308_400_123,
      4_107_542_400_000, 7_258_118_399_999,
    ] as [Int64])
  func timestamps(milliseconds: Int64) {
    var line = LineBuffer()
    line.timestamp(milliseconds)
    #expect(text(line) == rfc3339(Instant(millisecondsSinceEpoch: milliseconds)))
  }

  @Test("Numbers are written with all their decimals")
  func numbers() {
    for (value, decimals, expected) in [
      (0, 1, "0.0"), (5, 1, "0.5"), (123, 1, "12.3"), (7, 4, "0.0007"),
      (12_340_000, 4, "1234.0000"),
    ] as [(Int64, Int, String)] {
      var line = LineBuffer()
      line.fixed(value, decimals: decimals)
      #expect(text(line) == expected)
    }
    for value in [0, 9, 10, 99, 100, -5, .max, .min] as [Int64] {
      var line = LineBuffer()
      line.number(value)
      #expect(text(line) == String(value))
    }
    var line = LineBuffer()
    line.digits(.max, atLeast: 1)
    #expect(text(line) == String(UInt64.max))
  }

  @Test("SplitMix64 gives its published numbers, and draws stay within their bounds")
  func random() {
    // The first outputs for seed 1234567 in the reference implementation.
    var random = SplitMix64(seed: 1_234_567)
    #expect(random.next() == 6_457_827_717_110_365_317)
    #expect(random.next() == 3_203_168_211_198_807_973)
    let draws = (0..<1000).map { _ in random.within(-3...3) }
    #expect(Set(draws) == Set(-3...3))
  }

  private func text(_ line: LineBuffer) -> String { String(decoding: line.bytes, as: UTF8.self) }
}
