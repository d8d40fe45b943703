import EventLog
import Formats
import Foundation
import Quantities
import Sessions
import Synchronization
import TestSupport

@testable import Projections

/// A clock that stands where it was set last.
final class TestClock: Sendable {
  private let time: Mutex<Instant>

  init(_ time: Instant) { self.time = Mutex(time) }

  func set(_ time: Instant) { self.time.withLock { $0 = time } }

  var now: Instant { time.withLock { $0 } }
}

/// A ledger in a directory of its own, removed at the end. Its clock is what the test says.
final class TestLedger {
  let directory: String
  let ledger: Ledger
  let clock: TestClock

  /// - Parameter now: the recorded-at of what is appended; by default long after every sample.
  init(at now: Instant = instant("2027-01-01T00:00:00Z")) throws {
    directory = try makeTemporaryDirectory()
    let clock = TestClock(now)
    self.clock = clock
    ledger = try Ledger.create(
      at: directory + "/ledger", options: .init(clock: { clock.now }))
  }

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  /// Imports a trace.
  @discardableResult
  func load(trace: some Sequence<UInt8>) throws -> ImportReport {
    let path = directory + "/trace.jsonl"
    try Data(trace).write(to: URL(filePath: path))
    return try Importer(ledger).run(path: path)
  }

  /// Imports the frames of some visits, in order of their times.
  @discardableResult
  func load(_ visits: Visit...) throws -> ImportReport {
    try load(trace: trace(of: visits.flatMap(\.frames)))
  }

  /// The read models, brought up to the head.
  func models(workers: Int = 2) throws -> ReadModels {
    try ReadModels.open(for: ledger, workers: workers)
  }

  /// Brings the read models of all projections up to the head.
  func catchUpAll(workers: Int = 2) throws {
    let models = try models(workers: workers)
    for projection in ProjectionRegistry.current { _ = try models.generation(of: projection.name) }
  }

  /// All sessions that match, in order of their start.
  func sessions(_ filter: SessionFilter = SessionFilter()) throws -> [SessionEntry] {
    try models().sessions(filter)
  }

  /// The only session of the ledger.
  func onlySession() throws -> SessionEntry {
    let sessions = try sessions()
    guard sessions.count == 1 else { throw UnexpectedCount(found: sessions.count, expected: 1) }
    return sessions[0]
  }

  /// Whether folding the whole log again gives what is served, row for row, and the tables beside the
  /// rows.
  func isSameWhenFoldedAgain(workers: Int = 3) throws -> Bool {
    let found = try ReadModels.verifyAll(for: ledger, workers: workers)
    return found.differingTables.isEmpty && found.models.allSatisfy { $0.isSame == true }
  }
}

extension ReadModels {
  /// All sessions that match, in order of their start.
  func sessions(_ filter: SessionFilter = SessionFilter()) throws -> [SessionEntry] {
    var found: [SessionEntry] = []
    _ = try forEachSession(matching: filter, in: SessionOrder(), limit: nil) { found.append($0) }
    return found
  }
}

struct UnexpectedCount: Error {
  var found: Int
  var expected: Int
}

/// A moment in full. Only for the literals of tests.
func instant(_ text: String) -> Instant {
  guard let instant = Instant(rfc3339: text) else { preconditionFailure("not a time: \(text)") }
  return instant
}

extension Instant {
  func after(minutes: Int) -> Instant { advanced(byMilliseconds: Int64(minutes) * 60_000) }
  func after(hours: Int) -> Instant { after(minutes: hours * 60) }
}

extension Session {
  /// What stays the same when the same records come in another order (SEMANTICS 24).
  var withoutPositions: Session {
    var copy = self
    copy.openedAtPosition = 0
    copy.lastPosition = 0
    copy.revisions = []
    for index in copy.readings.indices { copy.readings[index].position = 0 }
    for index in copy.setAside.indices { copy.setAside[index].position = 0 }
    copy.states = states.map { StateChange(at: $0.at, state: $0.state, position: 0) }
    for index in copy.messages.indices { copy.messages[index].position = 0 }
    for index in copy.energyPoints.indices { copy.energyPoints[index].position = 0 }
    copy.predecessor?.position = 0
    copy.predecessor?.registerPosition = 0
    for index in copy.findings.indices { copy.findings[index].positions = [] }
    return copy
  }
}

extension TestLedger {
  /// An empty directory that goes with the ledger.
  func makeDirectory(_ name: String) throws -> String {
    let path = directory + "/" + name
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    return path
  }
}
