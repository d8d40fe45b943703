import ChargerEvents
import Quantities
import Testing

@testable import Sessions

/// The curve of `registers` (Wh, a minute apart, 60 kW allowed by the power seen).
private func curve(
  _ registers: [Int64], watts: Int64 = 60_000, stop: Int64? = nil
) -> (curve: RegisterCurve, codes: [FindingCode]) {
  var readings = registers.enumerated().map { index, register in
    Session.Reading(
      at: time(Int64(index) * 60), energy: nil, power: Power(milliwatts: watts * 1_000),
      current: nil, stateOfChargePercent: nil, position: UInt64(index + 1),
      register: wattHours(register))
  }
  let anchors = RegisterCurve.Anchors(
    start: nil, stop: stop.map { $0 * 1_000 }, endedAt: time(Int64(registers.count) * 60))
  let curve = RegisterCurve(walking: &readings, from: time(0), scale: 1, anchors: anchors)
  return (curve, curve.remarks.map(\.code) + curve.rejected.map(\.code))
}

@Suite("A register that falls")
struct RegisterFallTests {
  @Test(
    "is a drop-out if it comes back, however long and noisy the low values",
    arguments: [
      [5_000, 0, 5_200], [5_000, 0, 0, 0, 5_200], [900_000, 0, 7, 12, 900_200],
      [900_000, 3, 3, 20, 900_200],
    ] as [[Int64]])
  func dropOut(registers: [Int64]) {
    let (curve, codes) = curve(registers)
    #expect(curve.total == 200_000)
    #expect(Set(codes) == [.registerDropOut])
  }

  @Test("has started again if a rising series follows, even past its old value")
  func resetPassesOldValue() {
    let (curve, codes) = curve([300, 500, 0, 200, 400, 600])
    #expect(curve.total == 800_000)
    #expect(codes == [.registerFell])
  }

  @Test("that ends on one new level has started again, and what flowed since zero counts")
  func resetWithOneLevel() {
    let (curve, codes) = curve([500_000, 505_000, 700])
    #expect(curve.total == 5_700_000)
    #expect(codes == [.registerFell])
    #expect(curve.breaks.map(\.before.index) == [1] && curve.breaks.map(\.after.index) == [2])
  }

  @Test("to more than the power seen could have delivered since zero counts from there only")
  func exchangedMeter() {
    let (curve, codes) = curve([500_000, 500_100, 90_000, 90_150], watts: 11_000)
    #expect(curve.total == 250_000)
    #expect(codes == [.registerFell])
  }

  @Test("to zero at the very end is a drop-out: nothing tells that it started again")
  func zeroAtTheEnd() {
    let (curve, codes) = curve([500_000, 500_100, 0])
    #expect(curve.total == 100_000)
    #expect(codes == [.registerDropOut])
  }

  @Test("at the very end is judged by the register of the stop", arguments: [500_300, 400])
  func judgedByStop(stop: Int64) {
    let (curve, codes) = curve([500_000, 500_100, 0], stop: stop)
    #expect(curve.total == 100_000)
    #expect(codes == [stop == 400 ? .registerFell : .registerDropOut])
    #expect(curve.last?.milliwattHours == (stop == 400 ? 0 : 500_100_000))
  }

  @Test("by a little at the very end has not started again")
  func jitter() {
    let (curve, codes) = curve([1_000, 1_640, 1_630])
    #expect(curve.total == 640_000)
    #expect(codes == [.registerDropOut])
  }

  @Test(
    "from the top of a full counter goes on from its bottom",
    arguments: [
      (999_900, 100), (9_999_900, 100), (99_999_900, 100), (999_999_900, 100),
      (4_294_967_196, 100), (2_147_483_548, 100), (2_147_483_547, -2_147_483_547),
    ] as [(Int64, Int64)])
  func rollover(last: Int64, next: Int64) {
    let (curve, codes) = curve([last - 50, last, next, next + 50])
    let across: Int64 = next < 0 ? 202_000 : 200_000
    #expect(curve.total == 50_000 + across + 50_000)
    #expect(codes == [.registerRolledOver])
    #expect(curve.breaks.count == 1)
  }

  @Test("from the top of a full counter for a moment is a drop-out")
  func dropOutAtTheTop() {
    let (curve, codes) = curve([999_900, 0, 1_000_050])
    #expect(curve.total == 150_000)
    #expect(codes == [.registerDropOut])
  }

  @Test("in each reading of thousands costs no more than a walk")
  func sawtooth() {
    let (curve, codes) = curve((0..<20_000).map { Int64($0 % 4) * 10_000 }, watts: 600_000)
    #expect(codes.count == 4_999)
    #expect(curve.breaks.count == RegisterCurve.greatestBreaks)
  }
}
