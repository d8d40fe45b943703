import EventLog
import Formats
import Projections
import Testing

@Suite("Read models of a log whose old events are sealed")
struct SealedLogTests {
  @Test("A rebuild gives the same rows before and after sealing; what comes later is folded too")
  func sameDigest() throws {
    let control = try TestLedger()
    let pieces = try Fleet(seed: 3, days: 10, heartbeatSeconds: 600).pieces(4)
    try control.load(trace: pieces[..<3].joined())
    let before = try ReadModels.rebuild(for: control.ledger, workers: 2).map(\.model.digest)

    let sealed = try control.ledger.seal(SealOptions(keepHotEvents: 0))
    #expect(sealed.sealedEvents >= 4096)
    let after = try ReadModels.rebuild(for: control.ledger, workers: 3).map(\.model.digest)
    #expect(after == before)

    // Its lines that are in the log already add nothing, sealed or not.
    let report = try control.load(trace: pieces.joined())
    #expect(report.added == pieces[3].count { $0 == UInt8(ascii: "\n") })
    _ = try control.models()
    try #expect(control.isSameWhenFoldedAgain())
  }
}
