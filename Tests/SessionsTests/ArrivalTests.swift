import ChargerEvents
import Quantities
import TestSupport
import Testing

@testable import Sessions

/// The transactions of a 2.x station with two EVSEs, each in order, with whatever goes wrong on the
/// way but the order: lost starts, ends and updates, numbers left out, places named late, clocks that
/// say 1970, two events with one number, copies.
func sequencedTraffic(seed: UInt64) -> [Frame] {
  var random = SplitMix64(seed: seed)
  var frames: [Frame] = []
  for evse in Int32(1)...2 {
    var now = Int64.random(in: 0..<600, using: &random)
    for visit in 0..<3 {
      let transaction = transactionEvents("T\(evse)-\(visit)", evse: evse, at: now, &random)
      frames += transaction.frames
      now = transaction.end + Int64.random(in: 60..<600, using: &random)
    }
  }
  return frames
}

private func transactionEvents(
  _ id: String, evse: Int32, at start: Int64, _ random: inout SplitMix64
) -> (frames: [Frame], end: Int64) {
  let count = Int64.random(in: 3...12, using: &random)
  let placed = Int64.random(in: 0..<count, using: &random)
  let isNumbered = Int.random(in: 0..<6, using: &random) > 0
  let hasClock = !isNumbered || Int.random(in: 0..<6, using: &random) > 0
  var register: Int64 = 1_000
  var frames: [Frame] = []
  for number in 0...count {
    register += Int64.random(in: 0..<900, using: &random)
    let at = start + number * 60
    func event(_ wattHours: Int64) -> Frame {
      .event(
        number == 0 ? .started : number == count ? .ended : .updated, id: id,
        seq: isNumbered ? number : nil, at: hasClock ? at : -1_700_000_000,
        evse: number == placed ? evse : nil, connector: number == placed ? 1 : nil,
        token: number == 1 ? "CARD" : nil,
        state: ChargingState.allCases.randomElement(using: &random),
        reason: number == count ? "Local" : nil,
        [sample(wattHours, at: hasClock ? at : nil)])
    }
    switch Int.random(in: 0..<12, using: &random) {
    case 0: break
    case 1 where isNumbered: frames += [event(register), event(register + 1)]
    case 2:
      let copied = event(register)
      frames += [copied, copied]
    default: frames.append(event(register))
    }
  }
  return (frames, start + count * 60)
}

private func sample(_ wattHours: Int64, at seconds: Int64?) -> MeterReading {
  register(wattHours, at: seconds, watts: wattHours % 7_000)
}

@Suite("The order of arrival")
struct ArrivalTests {
  private func run(_ frames: [Frame], flushEvery: Int? = nil, restartEvery: Int? = nil)
    -> StationRun
  {
    StationRun(
      frames.map { Entry(50_000, $0) }, flushEvery: flushEvery, restartEvery: restartEvery)
  }

  private func told(_ run: StationRun) -> [SessionID: Session] {
    Dictionary(uniqueKeysWithValues: run.sessions.map { ($0.id, $0.apartFromArrival) })
  }

  @Test("of 2.x events does not matter, whatever else is wrong with them", arguments: 1...60)
  func permutations(seed: UInt64) {
    var random = SplitMix64(seed: seed &+ 1_000)
    let frames = sequencedTraffic(seed: seed)
    let expected = told(run(frames))
    #expect(expected.count >= 5)
    for _ in 0..<3 {
      let shuffled = frames.shuffled(using: &random)
      let found = told(run(shuffled, flushEvery: Int.random(in: 1...30, using: &random)))
      #expect(found.keys.count == expected.count)
      for (id, session) in expected { #expect(found[id] == session, "seed \(seed)") }
    }
  }

  @Test("is no matter across hours either, if the clocks are right", arguments: 1...20)
  func arrivalTimes(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let arrivals = sequencedSession.indices.map { 9_000 + Int64($0) * 3_600 }
    let expected = StationRun(
      zip(arrivals, sequencedSession).map { Entry($0, $1.frame) }, advanceTo: 2_000_000)
    let shuffled = StationRun(
      zip(arrivals, sequencedSession.shuffled(using: &random)).map { Entry($0, $1.frame) },
      advanceTo: 2_000_000)
    #expect(told(shuffled) == told(expected))
  }

  @Test("copies change nothing but their count", arguments: 1...30)
  func copies(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let frames = sequencedTraffic(seed: seed)
    var doubled = frames
    for frame in frames where Bool.random(using: &random) {
      doubled.insert(frame, at: Int.random(in: 0...doubled.count, using: &random))
    }
    #expect(told(run(doubled)) == told(run(frames)))
  }

  @Test("a state written down and read back at any point changes nothing", arguments: 1...20)
  func restarts(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let frames = sequencedTraffic(seed: seed).shuffled(using: &random)
    let whole = run(frames)
    for step in [1, 3, 11] {
      let split = run(frames, flushEvery: step, restartEvery: step)
      #expect(split.sessions == whole.sessions)
      #expect(split.fold.findings == whole.fold.findings)
    }
  }

  @Test("a session's energy does not depend on other stations", arguments: 1...20)
  func otherStations(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let names = ["CP-1", "CP-2", "CP-3"]
    var runs = names.enumerated().map { StationRun(stationNumber: UInt32($0 + 1), name: $1) }
    var alone = runs
    var together = SharedModel()
    var queues = names.indices.map { noisyTraffic(seed: seed &* 10 &+ UInt64($0))[...] }
    while let station = names.indices.filter({ !queues[$0].isEmpty }).randomElement(using: &random)
    {
      let entry = queues[station].removeFirst()
      alone[station].feed(entry)
      together.feed(entry, to: &runs[station])
    }
    for station in names.indices {
      alone[station].flush()
      let expected = alone[station].sessions.map(\.apartFromArrival)
      let found = together.sessions(of: runs[station]).map(\.apartFromArrival)
      #expect(found == expected, "seed \(seed)")
    }
  }

  @Test("a queue of many late events is concluded once, not once an event")
  func lateQueue() throws {
    let count: Int64 = 20_000
    let events = (1...count).map { number in
      Frame.event(
        .updated, seq: number, at: number, [register(1_000 + number, at: number, watts: 3_600)])
    }
    let start = Frame.event(.started, seq: 0, at: 0, evse: 1, [register(1_000, at: 0)])
    let end = Frame.event(.ended, seq: count + 1, at: count + 1)
    let session = try #require(run([start, end] + events).sessions.first)
    #expect(session.energy == wattHours(count))
    #expect(session.codes == [])
  }
}

/// Stations that are folded into one batch, as a worker does it.
private struct SharedModel {
  private var changes = SessionChanges()

  mutating func feed(_ entry: Entry, to run: inout StationRun) {
    swap(&changes, &run.changes)
    run.feed(entry)
    swap(&changes, &run.changes)
  }

  func sessions(of run: StationRun) -> [Session] {
    (changes.sessions.filter { $0.station == run.fold.station && $0.state == .closed }
      + run.fold.open).sorted { $0.startedAt < $1.startedAt }
  }
}

extension Session {
  /// What stays the same when the same events arrive in another order (SEMANTICS 24): no positions,
  /// no times of receipt, and no findings that tell of the arrival itself.
  var apartFromArrival: Session {
    var copy = withoutPositions
    let arrival: Set<FindingCode> = [.duplicateEvent, .duplicateStart, .duplicateStop, .lateStop]
    copy.findings = findings.filter { !arrival.contains($0.code) }
      .map { Finding(code: $0.code, positions: []) }
      .sorted { $0.code.rawValue < $1.code.rawValue }
    return copy
  }
}
