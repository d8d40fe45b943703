import ChargerEvents
import Quantities
import Testing

@testable import Sessions

/// Registers of two of three phases, from a meter that names no third (evcc#19405, lbbrhzn/ocpp#1925).
@Suite("A phase that is missing")
struct MissingPhaseTests {
  /// A sampledValue with registers of the phases, in Wh, and the power of all of them, in W.
  private func samples(_ registers: [Int64], watts: Int64? = nil) -> String {
    var values = registers.enumerated().map { phase, register in
      #"{"value":"\#(register)","phase":"L\#(phase + 1)"}"#
    }
    if let watts { values.append(#"{"value":"\#(watts)","measurand":"Power.Active.Import"}"#) }
    return "[\(values.joined(separator: ","))]"
  }

  @Test("start and stop tell what two phases lack, whatever the scale of the registers")
  func startAndStop() throws {
    for offset: Int64 in [0, 1_000, 500_000] {
      let session = try transaction16(
        start: "3000", stop: "6000",
        [(10, samples([offset, offset])), (3_500, samples([offset + 1_000, offset + 1_000]))])
      #expect(session.energy == wattHours(3_000))
      #expect(session.energyEvidence == .startAndStop)
      #expect(session.codes == [.twoPhasesOnly])
    }
  }

  @Test("two phases are the least: start and stop below them do not count")
  func contradiction() throws {
    let session = try transaction16(
      start: "3000", stop: "3500", [(10, samples([0, 0])), (3_500, samples([1_000, 1_000]))])
    #expect(session.energy == wattHours(2_000))
    #expect(session.codes == [.energyEvidenceDisagrees, .twoPhasesOnly])
  }

  @Test("without start and stop, the power of all phases tells it")
  func power() throws {
    let session = try transaction201([
      (0, samples([0, 0], watts: 3_000)), (1_800, samples([500, 500], watts: 3_000)),
      (3_600, samples([1_000, 1_000], watts: 3_000)),
    ])
    #expect(session.energy == wattHours(3_000))
    #expect(session.codes == [.energyFromPower, .twoPhasesOnly])
  }

  @Test("without either, or where there is no third phase, the sum of two counts and says so")
  func twoPhases() throws {
    for watts: Int64? in [nil, 2_000] {
      let session = try transaction201([
        (0, samples([0, 0], watts: watts)), (1_800, samples([500, 500], watts: watts)),
        (3_600, samples([1_000, 1_000], watts: watts)),
      ])
      #expect(session.energy == wattHours(2_000) && session.energyEvidence == .samples)
      #expect(session.codes == [.twoPhasesOnly])
    }
  }

  @Test("one phase, three phases and a total beside two phases lack nothing")
  func complete() throws {
    let total = #"[{"value":"0"},{"value":"0","phase":"L1"},{"value":"0","phase":"L2"}]"#
    for first in [samples([0]), samples([0, 0, 0]), total] {
      let session = try transaction201([(0, first), (1_800, first), (3_600, first)])
      #expect(session.codes == [.noEnergy])
    }
  }
}
