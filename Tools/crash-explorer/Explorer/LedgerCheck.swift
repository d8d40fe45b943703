import EventLog
import Glibc
import Projections
import Quantities
import Transparency

/// What is demanded of a ledger after a crash. Run in a child process: damage that LMDB notices may
/// abort it, a cut file may kill it.
struct LedgerCheck {
  /// The last position that was promised.
  var acknowledged: UInt64
  /// The positions that a commit may end at; nil if any will do.
  var commits: Set<UInt64>?
  /// The events that the log must be a beginning of, or that must be its beginning.
  var expected: [EventFingerprint]
  /// Lines that are sent again, as nobody knows whether they are there.
  var fed: [FedEvent] = []
  /// Whether all of them are, or those around the end of the log.
  var resendsAll = true
  /// Whether to bring the read models up to date and compare them with a fresh build.
  var checksModels = false
  /// Whether to seal what can be sealed, where a sealer may have been stopped.
  var seals = false

  /// Throws ``Problem`` if anything is not as promised. Appends to the ledger.
  func run(on path: String) throws {
    let ledger = try open(path)
    let survivors = try checkEvents(of: ledger)
    var head = survivors
    if checksModels { try checkModels(of: ledger) }
    let sent = fed.filter { resendsAll || $0.position.isNear(head) }
    if let last = sent.last {
      try sent.resend(to: ledger)
      head = max(head, last.position)
      guard try ledger.head() == head else {
        throw Problem("with what was sent again there are \(try ledger.head()) events, not \(head)")
      }
    }
    try append(to: ledger, head: head)
    head += Self.appended
    if seals { try seal(ledger, head: head, survivors: survivors) }
    try checkTree(of: ledger, size: head)
  }

  /// Opens the ledger, or makes it where nothing was promised yet.
  private func open(_ path: String) throws -> Ledger {
    do {
      return try Ledger.open(at: path)
    } catch LedgerError.notALedger where acknowledged == 0 {
      return try Ledger.create(at: path)
    }
  }

  /// Reads every event, and returns how many there are.
  private func checkEvents(of ledger: Ledger) throws -> UInt64 {
    let found = try EventFingerprint.all(in: ledger)
    let head = UInt64(found.count)
    guard head >= acknowledged else {
      throw Problem("\(acknowledged) events were acknowledged, and \(head) are there")
    }
    if let commits, !commits.contains(head) {
      throw Problem("\(head) events: a commit is there in part")
    }
    try compare(found[...])
    return head
  }

  private func compare(_ found: ArraySlice<EventFingerprint>) throws {
    for (index, (one, other)) in zip(found, expected).enumerated() where one != other {
      throw Problem("the event at position \(index + 1) is not the one that was recorded")
    }
  }

  /// The tree over all events is the stored one: reads all of them again, with their checksums. Had
  /// it been wrong before what was appended, it would still be.
  private func checkTree(of ledger: Ledger, size: UInt64) throws {
    let tree = try ledger.verifyTree()
    guard tree.size == size else {
      throw Problem("the tree is over \(tree.size) events instead of \(size)")
    }
  }

  /// Goes on with sealing, and finds all events again, those that have survived as they were.
  private func seal(_ ledger: Ledger, head: UInt64, survivors: UInt64) throws {
    let options = SealOptions(keepHotEvents: SealOptions.leastHotEvents)
    let sealed = try ledger.seal(options).after.sealedEvents
    let cold = head > options.keepHotEvents ? head - options.keepHotEvents : 0
    guard sealed == cold / SealOptions.alignment * SealOptions.alignment else {
      throw Problem("of \(head) events \(sealed) were sealed")
    }
    let found = try EventFingerprint.all(in: ledger)
    guard UInt64(found.count) == head else {
      throw Problem("of \(head) events \(found.count) are there once they are sealed")
    }
    try compare(found.prefix(Int(survivors)))
  }

  private func checkModels(of ledger: Ledger) throws {
    for comparison in try ReadModels.verify(for: ledger, workers: 1)
    where comparison.isSame == false {
      throw Problem("the read model \(comparison.model.name) is not what the log gives")
    }
  }

  private static let appended: UInt64 = 3

  /// Three commits, so that freed pages are used again: a new station, a large body, an old station.
  private func append(to ledger: Ledger, head: UInt64) throws {
    for (number, bodyBytes) in [40, 9000, 300].enumerated() {
      let body = [UInt8](repeating: UInt8(number), count: bodyBytes)
      let position = try ledger.append { batch in
        let station = try batch.stationID(named: number == 1 ? "after" : "after the crash")
        return try body.withUnsafeBytes { bytes in
          try batch.append(
            NewEvent(kind: .ocppUnknown, station: station, receivedAt: .distantPast), body: bytes)
        }
      }
      guard position == head + UInt64(number) + 1 else {
        throw Problem("an append behind \(head + UInt64(number)) got the position \(position)")
      }
    }
  }
}

extension UInt64 {
  /// Whether an event at this position is among the last of a log that ends at `head`, or would be
  /// among the next.
  fileprivate func isNear(_ head: UInt64) -> Bool { self + 16 > head && self <= head + 16 }
}
