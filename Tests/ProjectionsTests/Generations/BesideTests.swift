import Dispatch
import EventLog
import Foundation
import Synchronization
import Tariffs
import Testing

@testable import Projections

@Suite("A rebuild beside what serves")
struct BesideTests {
  private let control: TestLedger
  private let directory: ModelDirectory
  private let v = "v\(Generation.version)"
  private let start = instant("2026-03-02T00:00:00Z")
  private static func ignored(_ notice: ModelNotice) {}

  init() throws {
    control = try TestLedger()
    try control.publishSite()
    try control.publish(tariff: "T", perKWh: "0.50", for: .site("depot"))
    directory = ModelDirectory(control.ledger, current: ProjectionSet.released["sessions"])
    try control.load(Visit(start: start))
  }

  private func visit(_ number: Int) -> Visit {
    Visit(transaction: number, start: start.after(hours: 2 * number))
  }

  private func models() throws -> ReadModels {
    try ReadModels.open(for: control.ledger, in: directory)
  }

  @Test("lets others append and read whole models in all of its phases but the last step")
  func othersGoOn() throws {
    _ = try models()
    var visits = 1
    var phases: Set<RebuildProgress.Phase> = []
    let rebuilt = try Rebuild(of: control.ledger, in: directory).run { progress in
      phases.insert(progress.phase)
      // Taking over holds the lock, for as long as a rename takes.
      guard progress.phase != .switching else { return }
      visits += 1
      let counted = try? (control.load(visit(visits)), models().sessionCount())
      #expect(counted?.1 == visits)
    }
    #expect(phases == Set(RebuildProgress.Phase.allCases))
    #expect(visits > 3)
    #expect(try models().sessionCount() == visits)
    #expect(rebuilt.flatMap(\.models).allSatisfy { $0.isSame == true })
    #expect(try models().generation.path.hasSuffix("/\(v)-2"))
    #expect(try control.isSameWhenFoldedAgain())
  }

  @Test("lets threads that read see every session that was there before, at all times")
  func threads() throws {
    try control.load(trace: try Fleet(seed: 31, days: 2).trace)
    let before = try models().sessionCount()
    let isDone = Mutex(false)
    let counts = try inParallel(Array(0..<3)) { thread -> [Int] in
      if thread == 0 {
        defer { isDone.withLock { $0 = true } }
        for _ in 0..<3 {
          _ = try Rebuild(of: control.ledger, in: directory, settings: FoldSettings(workers: 1))
            .run()
        }
        return []
      }
      var counts: [Int] = []
      while !isDone.withLock({ $0 }) {
        let models = try models()
        try counts.append(models.sessions().count)
      }
      return counts
    }
    #expect(counts[1...].allSatisfy { $0.allSatisfy { $0 == before } })
    #expect(try models().generation.path.hasSuffix("/\(v)-4"))
  }

  @Test("is refused while another runs, with its owner; what serves goes on")
  func excluded() throws {
    _ = try models()
    try directory.withBuildLock(of: "sessions", as: .rebuild, Self.ignored) {
      let error = #expect(throws: ProjectionError.self) {
        try Rebuild(of: control.ledger, in: directory).run()
      }
      guard case .buildUnderWay(projection: "sessions", let owner) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(owner.process == getpid() && !owner.command.isEmpty)
      #expect(error?.description.contains("process \(getpid()) (") == true)
      try #expect(models().sessionCount() == 1)
    }
    #expect(try Rebuild(of: control.ledger, in: directory).run().count == 1)
  }

  @Test("waits for models that are built because a command needs them")
  func waits() throws {
    let isHeld = DispatchSemaphore(value: 0)
    let isWaiting = DispatchSemaphore(value: 0)
    let found = try inParallel(Array(0..<2)) { thread -> [ModelNotice] in
      if thread == 0 {
        try directory.withBuildLock(of: "sessions", as: .firstUse, Self.ignored) {
          isHeld.signal()
          isWaiting.wait()
        }
        return []
      }
      isHeld.wait()
      var notices: [ModelNotice] = []
      _ = try Rebuild(of: control.ledger, in: directory).run(notice: {
        notices.append($0)
        isWaiting.signal()
      })
      return notices
    }
    guard found[1].count == 1, case .waits(projection: "sessions", let owner) = found[1][0] else {
      Issue.record("\(found)")
      return
    }
    #expect(owner.purpose == .firstUse)
  }

  @Test("keeps the old generation up to date until it is dropped; going back is one step")
  func rollBack() throws {
    _ = try models()
    _ = try Rebuild(of: control.ledger, in: directory).run()
    try control.load(visit(2))
    _ = try models()
    let entry = try #require(try directory.serving().entries["sessions"])
    #expect("\(entry.serving) \(entry.previous.map { "\($0)" } ?? "")" == "\(v)-2 \(v)-1")
    let head = try control.ledger.read { $0.head }
    try directory.open(
      .init(version: Generation.version, number: 1), of: "sessions", for: control.ledger
    ).use {
      try #expect($0.checkpoint().position == head)
    }

    // Even one that nobody has kept up to date is fresh when it serves.
    try control.load(visit(3))
    let rebuild = try Rebuild(of: control.ledger, in: directory)
    #expect(
      try rebuild.rollBack()
        == [.init(projection: "sessions", generation: "\(v)-1", replaced: "\(v)-2")])
    #expect(try models().generation.path.hasSuffix("/\(v)-1"))
    #expect(try models().sessionCount() == 3)

    let dropped = try rebuild.dropOld()
    #expect(dropped.map(\.generation) == ["\(v)-2"] && dropped.allSatisfy { $0.bytes > 4096 })
    #expect(try directory.names(in: "sessions").sorted() == ["build.lock", "\(v)-1"])
    #expect(try rebuild.dropOld().isEmpty)
    #expect(throws: ProjectionError.nothingToRollBackTo(["sessions"])) { try rebuild.rollBack() }
    #expect(try models().sessionCount() == 3)
    #expect(try control.isSameWhenFoldedAgain())
  }

  @Test("removes the generation before the last one")
  func third() throws {
    for _ in 0..<3 { _ = try Rebuild(of: control.ledger, in: directory).run() }
    #expect(try directory.names(in: "sessions").sorted() == ["build.lock", "\(v)-2", "\(v)-3"])
  }

  @Test("is only of projections that there are")
  func unknown() throws {
    #expect(throws: ProjectionError.unknownProjection("bills", known: ["sessions"])) {
      try Rebuild(of: control.ledger, in: directory, projections: ["sessions", "bills"])
    }
  }
}
