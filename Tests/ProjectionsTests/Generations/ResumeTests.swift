import EventLog
import Foundation
import Testing

@testable import Projections

@Suite("A build that was killed")
struct ResumeTests {
  private let control: TestLedger
  private let directory: ModelDirectory
  private let v = "v\(Generation.version)"
  private let projection = ProjectionSet.released["sessions"]

  init() throws {
    control = try TestLedger()
    try control.publishSite()
    try control.load(trace: try Fleet(seed: 21, days: 2).trace)
    directory = ModelDirectory(control.ledger, current: projection)
  }

  /// What a build leaves that is killed at `position`.
  private func leaveBuild(
    at position: UInt64, number: UInt32 = 1, change: (inout GenerationFile) -> Void = { _ in }
  ) throws {
    let name = GenerationName(version: projection.version, number: number)
    let path = directory.path(ofBuild: name, of: projection.name)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    var file = GenerationFile(projection, ledger: control.ledger.file.uuid)
    file.bootID = "boot-1"
    change(&file)
    try file.write(inDirectory: path)
    try projection.open(path, true)
      .catchUp(control.ledger, through: position, workers: 2) { _ in }
  }

  /// Rebuilds, and requires that the result is what a fresh fold gives and that nothing is left over.
  private func rebuild() throws -> (result: RebuiltProjection, notices: [ModelNotice]) {
    var notices: [ModelNotice] = []
    let rebuilt = try Rebuild(of: control.ledger, in: directory)
      .run(notice: { notices.append($0) })
    #expect(try control.isSameWhenFoldedAgain())
    #expect(try directory.names(in: "sessions").allSatisfy { !$0.hasPrefix("building-") })
    return (try #require(rebuilt.first), notices)
  }

  @Test("is gone on with behind its checkpoint", arguments: [1, 137, 500])
  func resumes(position: UInt64) throws {
    try leaveBuild(at: position)
    let (result, notices) = try rebuild()
    #expect(result.resumedAt == position && result.generation == "\(v)-1")
    #expect(
      notices == [.resumes(projection: "sessions", generation: "\(v)-1", position: position)])
  }

  @Test("is gone on with when the log has grown, late records among the new ones")
  func grown() throws {
    try control.load(Visit(station: "CP-1", start: instant("2026-03-05T08:00:00Z")))
    try leaveBuild(at: try control.ledger.read { $0.head })
    try control.load(
      Visit(station: "CP-1", transaction: 7, start: instant("2026-03-04T08:00:00Z")))
    #expect(try rebuild().result.resumedAt != nil)
  }

  @Test(
    "is begun anew, and says so, if it cannot be trusted or is of something else",
    arguments: [
      DiscardReason.otherBoot, .otherVersion, .otherLog, .damaged, .hasServed,
    ])
  func discards(reason: DiscardReason) throws {
    try leaveBuild(at: 200, number: 4) { file in
      switch reason {
      case .otherBoot: file.bootID = "boot-0"
      case .otherVersion: file.tables["costs"] = 1
      case .otherLog: file.ledger = "another"
      case .hasServed: file.hasServed = true
      case .damaged, .surplus: break
      }
    }
    if reason == .damaged {
      let name = GenerationName(version: Generation.version, number: 4)
      let data = directory.path(ofBuild: name, of: "sessions") + "/data.mdb"
      try Data("half".utf8).write(to: URL(filePath: data))
    }
    let (result, notices) = try rebuild()
    #expect(result.resumedAt == nil)
    #expect(notices == [.discards(projection: "sessions", generation: "\(v)-4", reason)])
  }

  @Test("is begun anew if nobody knows whether the machine was started again")
  func unknownBoot() throws {
    try leaveBuild(at: 200) { $0.bootID = nil }
    let unknown = ModelDirectory(
      control.ledger, current: projection, machine: Machine(bootID: nil, uptimeMilliseconds: { 0 }))
    let rebuilt = try Rebuild(of: control.ledger, in: unknown).run()
    #expect(rebuilt.map(\.resumedAt) == [nil])
  }

  @Test("is gone on with after another start of the machine, if it was synced")
  func finished() throws {
    try leaveBuild(at: 300) { file in
      file.bootID = "boot-0"
      file.isFinished = true
    }
    #expect(try rebuild().result.resumedAt == 300)
  }

  @Test("between its last two steps is gone on with, and not lost")
  func unnamed() throws {
    let first = try rebuild().result
    let head = try control.ledger.read { $0.head }
    try leaveBuild(at: head, number: 2) { $0.isFinished = true }
    let name = GenerationName(version: Generation.version, number: 2)
    try FileManager.default.moveItem(
      atPath: directory.path(ofBuild: name, of: "sessions"),
      toPath: directory.path(of: name, of: "sessions"))
    // Commands that bring the models up to date leave it alone.
    _ = try ReadModels.open(for: control.ledger, in: directory)
    let (result, _) = try rebuild()
    #expect(result.resumedAt == head && result.generation == "\(v)-2")
    #expect(result.replaced == first.generation)
  }

  @Test("is not what has served: a rebuild folds the log anew, even if nothing names what is there")
  func servedBefore() throws {
    _ = try rebuild()
    try FileManager.default.removeItem(atPath: directory.path + "/serving.json")
    let (result, notices) = try rebuild()
    #expect(result.resumedAt == nil)
    #expect(
      notices == [.discards(projection: "sessions", generation: "\(v)-1", .hasServed)])
  }

  @Test("is the only one that is kept, if there are several")
  func several() throws {
    try leaveBuild(at: 100, number: 2)
    try leaveBuild(at: 200, number: 3)
    let (result, notices) = try rebuild()
    #expect(result.resumedAt == 200)
    #expect(notices.contains(.discards(projection: "sessions", generation: "\(v)-2", .surplus)))
  }
}
