import ChargerEvents
import EventLog
import Projections
import Quantities
import Sessions
import Testing

@Suite("Signed values of a session")
struct SignedValueTests {
  private let start = instant("2026-03-02T08:00:00Z")

  /// A reading in the middle whose samples are given.
  private func reading(_ samples: String, of visit: Visit) -> TraceFrame {
    let at = visit.start.after(minutes: 30)
    return TraceFrame(
      station: visit.station, at: at, isFromStation: true,
      text: #"[2,"q","MeterValues",{"connectorId":1,"transactionId":1,"meterValue":["#
        + #"{"timestamp":"\#(at.rfc3339)","sampledValue":[\#(samples)]}]}]"#)
  }

  @Test("They are found in their frames, whether a reading came with them or not")
  func detail() throws {
    let control = try TestLedger()
    let visit = Visit(start: start)
    let signed = #"{"value":"OCMF|A","format":"SignedData"}"#
    let both = #"{"value":"2000"},{"value":"OCMF|B","format":"SignedData","context":"Trigger"}"#
    try control.load(
      trace: trace(
        of: visit.startFrames + [reading(signed, of: visit), reading(both, of: visit)]
          + visit.stopFrames))
    let entry = try control.onlySession()
    #expect(entry.session.readings.count == 1)
    let values = try control.models().detail(of: entry).signedValues
    #expect(values.map(\.sample.data) == ["OCMF|A", "OCMF|B"])
    #expect(values.map(\.sample.context) == ["Sample.Periodic", "Trigger"])
    #expect(values.map(\.position) == [3, 4])
    #expect(try control.isSameWhenFoldedAgain())
  }

  @Test("A session without any has none")
  func none() throws {
    let control = try TestLedger()
    try control.load(Visit(start: start))
    #expect(try control.models().detail(of: control.onlySession()).signedValues.isEmpty)
  }
}
