import Quantities
import Testing

@Suite("Energy")
struct EnergyTests {
  @Test(
    "watt-hours are rounded half to even",
    arguments: [
      (0, 0), (499, 0), (500, 0), (501, 1), (1500, 2), (2500, 2), (-500, 0), (-501, -1),
      (-1500, -2), (-2500, -2), (.max, 9_223_372_036_854_776), (.min, -9_223_372_036_854_776),
    ] as [(Int64, Int64)])
  func wattHours(milliwattHours: Int64, wattHours: Int64) {
    #expect(Energy(milliwattHours: milliwattHours).wattHours == wattHours)
  }

  @Test("sums and differences of absurd readings saturate instead of stopping a fold")
  func saturates() {
    let most = Energy(milliwattHours: .max)
    let least = Energy(milliwattHours: .min)
    let one = Energy(milliwattHours: 1)
    #expect(most + one == most)
    #expect(least - one == least)
    #expect(least + least == least)
    #expect(most - least == most)
    #expect(one - least == most)
    #expect(least - most == least)
    #expect(one + one - one == one)
  }
}

@Suite("Instant: arithmetic")
struct InstantArithmeticTests {
  @Test("differences and sums saturate at the ends of time")
  func saturates() {
    let zero = Instant(millisecondsSinceEpoch: 0)
    #expect(Instant.distantFuture.milliseconds(since: .distantPast) == .max)
    #expect(Instant.distantPast.milliseconds(since: .distantFuture) == .min)
    #expect(zero.milliseconds(since: Instant(millisecondsSinceEpoch: 5)) == -5)
    #expect(Instant.distantFuture.advanced(byMilliseconds: 1) == .distantFuture)
    #expect(Instant.distantPast.advanced(byMilliseconds: -1) == .distantPast)
    #expect(zero.advanced(byMilliseconds: .min) == .distantPast)
  }
}
