import EventLog
import Projections
import Testing

@Suite("Read models of a log whose old events are sealed")
struct SealedLogTests {
  @Test("A rebuild gives the same rows before and after sealing; what comes later is folded too")
  func sameDigest() throws {
    let control = try TestLedger()
    let pieces = try Fleet(seed: 3, days: 14).pieces(2)
    try control.load(trace: pieces[0] + pieces[1].prefix(pieces[1].count / 2))
    let before = try ReadModels.rebuild(for: control.ledger, workers: 2).map(\.model.digest)

    let report = try control.ledger.seal(SealOptions(keepHotEvents: 0))
    #expect(report.sealedEvents >= 4096)
    let after = try ReadModels.rebuild(for: control.ledger, workers: 3).map(\.model.digest)
    #expect(after == before)

    // Its lines that are in the log already add nothing, sealed or not.
    let added = try control.load(trace: pieces[0] + pieces[1]).added
    #expect(added > 0 && added < pieces[1].count { $0 == UInt8(ascii: "\n") })
    _ = try control.models()
    try #expect(control.isSameWhenFoldedAgain())
  }
}
