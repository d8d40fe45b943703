import EventLog
import Foundation
import Synchronization
import Tariffs
import Testing

@testable import Projections

@Suite("The plan of a rebuild")
struct PlanTests {
  private let control: TestLedger
  private let directory: ModelDirectory
  private let start = instant("2026-03-02T08:00:00Z")
  private static func ignored(_ notice: ModelNotice) {}

  init() throws {
    control = try TestLedger()
    try control.publishSite("depot", ["CP-1", "CP-2"])
    try control.publish(tariff: "T", perKWh: "0.50", for: .site("depot"))
    directory = ModelDirectory(control.ledger, current: .sessions(version: 2))
    try control.load(Visit(start: start), Visit(station: "CP-2", start: start))
  }

  private func plan(_ directory: ModelDirectory? = nil) throws -> ProjectionPlan {
    let plan = try Rebuild(of: control.ledger, in: directory ?? self.directory).plan()
    #expect(try plan.head == control.ledger.head())
    return try #require(plan.projections.first)
  }

  private func open() throws { _ = try ReadModels.open(for: control.ledger, in: directory) }

  private func head() throws -> UInt64 { try control.ledger.head() }

  @Test("is to build all where nothing was built, and makes no file")
  func neverBuilt() throws {
    let plan = try plan()
    #expect(plan.need == .all(.neverBuilt) && plan.serving == nil && plan.owner == nil)
    #expect(try plan.build == BuildPlan(events: head(), removes: []))
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == [])
  }

  @Test("is nothing where all is folded in")
  func upToDate() throws {
    try open()
    let plan = try plan()
    #expect(plan.need == .nothing && plan.version == 2)
    #expect(
      try plan.serving
        == ServingPlan(generation: "v2-1", position: head(), lagEvents: 0, lagSeconds: 0))
    #expect(plan.build.keeps == "v2-1" && plan.build.removes == [])
    #expect((plan.build.bytes ?? 0) > 4096)
  }

  @Test("is to catch up when events have come, with the lag in events and in seconds")
  func catchUp() throws {
    try open()
    let before = try head()
    try control.load(Visit(transaction: 2, start: start.after(hours: 5)))
    let plan = try plan()
    let events = try head() - before
    #expect(plan.need == .catchUp(PendingWork(events: events)))
    #expect(plan.serving?.lagEvents == events)
    // From the end of the first visit to that of the second.
    #expect(plan.serving?.lagSeconds == 5 * 3600)
  }

  @Test("is a part when records are late: their stations are folded again")
  func late() throws {
    try open()
    try control.load(Visit(station: "CP-2", transaction: 2, start: start.after(hours: -5)))
    guard case .part(let work) = try plan().need else { throw UnexpectedPlan() }
    #expect(work.lateStations == ["CP-2"] && work.rows == 0 && work.facts == [])
    try open()
    #expect(try plan().need == .nothing)
  }

  @Test("is a part when facts are new: rows that depend on them are written again")
  func facts() throws {
    try open()
    let position = try control.publish(tariff: "U", perKWh: "0.60", for: .station("CP-1"))
    guard case .part(let work) = try plan().need else { throw UnexpectedPlan() }
    #expect(work.facts == [position] && work.lateStations == [])
    // Of the session of that station the cost and the summary; the other station has one too.
    #expect(work.rows == 2)
    // A fact of today tells nothing of how late the chargers' events are.
    #expect(try plan().serving?.lagSeconds == 0)
  }

  @Test("counts the rows of those sessions only that new facts may be about")
  func factsOfOneStation() throws {
    try control.load(Visit(transaction: 2, start: start.after(hours: 5)))
    try open()
    try control.publish(tariff: "U", perKWh: "0.60", for: .station("CP-2"))
    guard case .part(let work) = try plan().need else { throw UnexpectedPlan() }
    #expect(work.rows == 2)
  }

  @Test("names late stations of every projection")
  func lateOfAnyProjection() throws {
    _ = try Rebuild(of: control.ledger).run()
    try control.load(Visit(station: "CP-2", transaction: 2, start: start.after(hours: -5)))
    let plans = try Rebuild(of: control.ledger).plan().projections
    #expect(plans.count > 1)
    for plan in plans {
      guard case .part(let work) = plan.need else { throw UnexpectedPlan() }
      #expect(work.lateStations == ["CP-2"])
    }
  }

  @Test("is carried out with progress for each station that is folded again")
  func progressOfLateStations() throws {
    try open()
    for station in ["CP-1", "CP-2"] {
      try control.load(Visit(station: station, transaction: 2, start: start.after(hours: -5)))
    }
    var left: [Int] = []
    _ = try Rebuild(
      of: control.ledger, in: directory, settings: FoldSettings(workers: 2, eventsAtOnce: .max)
    ).run(onlyNeeded: true) { left.append($0.stationsLeft) }
    #expect(left == [0, 1, 0])
    #expect(try control.isSameWhenFoldedAgain())
  }

  @Test("is all when the version is another, while the one before serves and its lag is known")
  func version() throws {
    let old = ModelDirectory(control.ledger, current: .sessions(version: 1))
    _ = try ReadModels.open(for: control.ledger, in: old)
    try control.load(Visit(transaction: 2, start: start.after(hours: 5)))
    let reader = ModelDirectory(
      control.ledger, current: .sessions(version: 2), previous: .sessions(version: 1))
    let plan = try plan(reader)
    #expect(plan.need == .all(.version(from: 1, to: 2)))
    #expect(plan.serving?.generation == "v1-1" && plan.serving?.lagSeconds == 5 * 3600)

    let stranger = try self.plan()
    #expect(stranger.need == .all(.version(from: 1, to: 2)) && stranger.serving == nil)
  }

  @Test("is all when what serves is damaged")
  func damaged() throws {
    try open()
    let data = directory.path(of: .init(version: 2, number: 1), of: "sessions") + "/data.mdb"
    try Data(repeating: 0x55, count: 20_000).write(to: URL(filePath: data))
    guard case .all(.damaged) = try plan().need else { throw UnexpectedPlan() }
  }

  @Test("knows the time by the rate of the last build")
  func rate() throws {
    // Every look at the clock takes a second.
    let looks = Mutex<UInt64>(0)
    let slow = Machine(
      bootID: "boot-1",
      uptimeMilliseconds: {
        looks.withLock { looks in
          looks += 1000
          return looks
        }
      })
    let directory = ModelDirectory(
      control.ledger, current: .sessions(version: 2), machine: slow)
    _ = try Rebuild(of: control.ledger, in: directory).run()
    #expect(try plan(directory).build.seconds == 1)
    for number in 2..<9 {
      try control.load(Visit(transaction: number, start: start.after(hours: 5 * number)))
    }
    let plan = try plan(directory)
    guard case .catchUp(let work) = plan.need else { throw UnexpectedPlan() }
    let built = try head() - work.events
    #expect(try plan.build.seconds == (head() + built - 1) / built)
    #expect(work.seconds == (work.events + built - 1) / built)
  }

  @Test("tells what a rebuild would go on with, keep and remove, and who rebuilds now")
  func consequences() throws {
    for _ in 0..<2 { _ = try Rebuild(of: control.ledger, in: directory).run() }
    for number in [7, 8] as [UInt32] {
      let name = GenerationName(version: 2, number: number)
      let path = directory.path(ofBuild: name, of: "sessions")
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      guard number == 7 else { continue }
      let projection = directory.projections["sessions"]
      var file = GenerationFile(projection, ledger: control.ledger.file.uuid)
      file.bootID = "boot-1"
      try file.write(inDirectory: path)
      try projection.open(path, true).catchUp(control.ledger, through: 5, workers: 1) { _ in }
    }
    let before = try directory.names(in: "sessions").sorted()
    let plan = try plan()
    #expect(plan.build.resumesAt == 5)
    #expect(try plan.build.events == head() - 5)
    #expect(plan.build.keeps == "v2-2" && plan.build.removes == ["v2-1", "building-v2-8"])
    #expect(try directory.names(in: "sessions").sorted() == before)

    let owner = try directory.withBuildLock(of: "sessions", as: .rebuild, Self.ignored) {
      try self.plan().owner
    }
    #expect(owner?.process == getpid())
  }

  @Test("is what `onlyNeeded` does, and no more")
  func onlyNeeded() throws {
    let rebuild = try Rebuild(of: control.ledger, in: directory)
    #expect(try rebuild.run(onlyNeeded: true).map(\.generation) == ["v2-1"])
    #expect(try rebuild.run(onlyNeeded: true) == [])
    try control.load(Visit(transaction: 2, start: start.after(hours: 5)))
    #expect(try rebuild.run(onlyNeeded: true) == [])
    #expect(try plan().need == .nothing)
    let new = ModelDirectory(
      control.ledger, current: .sessions(version: 3), previous: .sessions(version: 2))
    let rebuilt = try Rebuild(of: control.ledger, in: new).run(onlyNeeded: true)
    #expect(rebuilt.map(\.generation) == ["v3-2"])
  }
}

private struct UnexpectedPlan: Error {}

@Suite("Progress of a rebuild")
struct ProgressTests {
  private func progress(
    _ position: UInt64, _ phase: RebuildProgress.Phase = .folding
  ) -> RebuildProgress {
    RebuildProgress(projection: "sessions", phase: phase, position: position, head: 900)
  }

  @Test("A stall is told once, with where and for how long, and again after further progress")
  func stall() {
    let time = TestTime()
    let watch = StallWatch(limitMilliseconds: 10_000, clock: { time.milliseconds })
    #expect(watch.check() == nil)
    watch.note(progress(100))
    time.advance(9_999)
    #expect(watch.check() == nil)
    // The same again is no progress.
    watch.note(progress(100))
    time.advance(2_001)
    let stall = watch.check()
    #expect(stall == .init(progress: progress(100), milliseconds: 12_000))
    #expect(
      stall?.description
        == "No progress for 12 s: folding `sessions` at position 100 of 900.")
    time.advance(60_000)
    #expect(watch.check() == nil)
    watch.note(progress(100, .comparing))
    time.advance(10_000)
    #expect(watch.check()?.progress.phase == .comparing)
  }

  @Test("The rate counts from where a build goes on, and the time left from there")
  func rate() {
    var rate = RebuildRate(position: 1000, milliseconds: 50)
    #expect(rate.eventsPerSecond == nil && rate.secondsLeft(to: 4000) == nil)
    rate.note(position: 2000, milliseconds: 2050)
    #expect(rate.events == 1000 && rate.eventsPerSecond == 500)
    #expect(rate.secondsLeft(to: 4001) == 5 && rate.secondsLeft(to: 10) == 0)
    // No overflow at any size.
    rate.note(position: .max, milliseconds: 3050)
    #expect((rate.eventsPerSecond ?? 0) > 0)
  }
}

/// A clock that goes when it is told to.
private final class TestTime: Sendable {
  private let time = Mutex<UInt64>(0)
  var milliseconds: UInt64 { time.withLock { $0 } }
  func advance(_ milliseconds: UInt64) { time.withLock { $0 += milliseconds } }
}
