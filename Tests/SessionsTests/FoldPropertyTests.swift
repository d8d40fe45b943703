import Bytes
import ChargerEvents
import Quantities
import TestSupport
import Testing

@testable import Sessions

/// A day of a station's traffic with every fault at once, in order of receipt.
func noisyTraffic(seed: UInt64) -> [Entry] {
  var random = SplitMix64(seed: seed)
  var entries: [Entry] = []
  for visit in 0..<Int64(6) {
    let connector = Int32.random(in: 1...2, using: &random)
    let begin = visit * 4_000 + Int64.random(in: 0..<2_000, using: &random)
    var meter = Int64.random(in: 0..<5_000_000, using: &random)
    let id = visit + 10
    var frames: [(Int64, Frame)] = [
      (begin, .start(connector: connector, at: begin, meter: meter, message: "m\(visit % 3)")),
      (begin + 1, .answer(id: id, message: "m\(visit % 3)")),
      (begin + 2, .status(connector: connector, .charging, at: begin + 2)),
    ]
    let minutes = Int64.random(in: 2...20, using: &random)
    for minute in 1...minutes {
      meter += Int64.random(in: 0..<300, using: &random)
      let shown = Int.random(in: 0..<12, using: &random) == 0 ? 0 : meter
      let reading = register(shown, at: begin + minute * 60, watts: 11_000)
      frames.append((begin + minute * 60, .meter(connector: connector, id: id, [reading])))
    }
    let end = begin + minutes * 60 + 60
    frames.append((end, .stop(id: id, at: end, meter: meter + 20, reason: "Local")))
    for (at, frame) in frames {
      switch Int.random(in: 0..<14, using: &random) {
      case 0: break
      case 1: entries += [Entry(at, frame), Entry(at + 30, frame)]
      case 2: entries.append(Entry(at + Int64.random(in: 0..<400_000, using: &random), frame))
      default: entries.append(Entry(at, frame))
      }
    }
  }
  entries += sequencedSession.filter { _ in Int.random(in: 0..<15, using: &random) > 0 }
  return entries.enumerated().sorted {
    ($0.element.receivedAt, $0.offset) < ($1.element.receivedAt, $1.offset)
  }.map(\.element)
}

@Suite("Whatever the traffic")
struct FoldPropertyTests {
  @Test(
    "writing the fold down in the middle and reading it back changes nothing", arguments: 1...40)
  func splitEquivalence(seed: UInt64) {
    let traffic = noisyTraffic(seed: seed)
    let whole = StationRun(traffic, advanceTo: 1_000_000)
    for step in [1, 7, 50] {
      let split = StationRun(traffic, advanceTo: 1_000_000, restartEvery: step)
      #expect(split.sessions == whole.sessions)
      #expect(split.fold.findings == whole.fold.findings)
    }
  }

  @Test("the size of a batch changes nothing", arguments: 1...40)
  func batchEquivalence(seed: UInt64) {
    let traffic = noisyTraffic(seed: seed)
    let whole = StationRun(traffic, advanceTo: 1_000_000)
    for size in [1, 3, 20] {
      let batched = StationRun(traffic, advanceTo: 1_000_000, flushEvery: size, restartEvery: size)
      #expect(batched.sessions == whole.sessions)
      #expect(batched.model.keys == whole.model.keys)
    }
  }

  @Test("curves rise, pieces touch and sum to the energy, and rows survive", arguments: 1...40)
  func invariants(seed: UInt64) {
    for session in StationRun(noisyTraffic(seed: seed)).sessions {
      let energies = session.readings.compactMap(\.energy)
      #expect(energies == energies.sorted())
      #expect(session.readings.map(\.at) == session.readings.map(\.at).sorted())
      #expect(energies.last ?? .zero <= session.energy)
      #expect(session.states.first?.at == session.startedAt)
      let pieces = session.intervals
      #expect(pieces.reduce(Energy.zero) { $0 + $1.energy } == session.energy)
      #expect(zip(pieces, pieces.dropFirst()).allSatisfy { $0.end == $1.start })
      #expect(pieces.first.map { $0.start == session.startedAt } ?? true)
      #expect(pieces.allSatisfy { $0.start <= $0.end && $0.energy >= .zero })
      _ = roundTrip(session)
      var again = session
      again.conclude()
      #expect(again == session)
    }
  }

  @Test("2.x events give the same session in any order of arrival", arguments: 1...40)
  func arrivalOrder(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let expected = try #require(StationRun(sequencedSession).sessions.first)
    let shuffled = sequencedSession.shuffled(using: &random).map { Entry(9_000, $0.frame) }
    let run = StationRun(shuffled, flushEvery: Int.random(in: 1...20, using: &random))
    let session = try #require(run.sessions.first)
    #expect(run.sessions.count == 1)
    #expect(session.id == expected.id)
    #expect(session.withoutPositions == expected.withoutPositions)
  }

  @Test("2.x events sent twice change nothing but the count", arguments: 1...20)
  func copies(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let expected = try #require(StationRun(sequencedSession).sessions.first)
    let doubled = sequencedSession.flatMap { entry in
      Bool.random(using: &random) ? [entry, entry] : [entry]
    }
    let session = try #require(StationRun(doubled).sessions.first)
    #expect(session.codes == [.duplicateEvent])
    #expect(Int(session.count(.duplicateEvent)) == doubled.count - sequencedSession.count)
    var cleaned = session.withoutPositions
    cleaned.findings = []
    #expect(cleaned == expected.withoutPositions)
  }

  @Test("damaged bytes are an error or another value, never a crash", arguments: 1...20)
  func damage(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let run = StationRun(Array(noisyTraffic(seed: seed).dropLast(5)))
    var writer = ByteWriter()
    for session in run.sessions { session.encode(into: &writer) }
    run.fold.encode(into: &writer)
    for _ in 0..<200 {
      var bytes = writer.bytes
      bytes[Int.random(in: bytes.indices, using: &random)] ^= UInt8.random(
        in: 1...255, using: &random)
      let cut = bytes.prefix(Int.random(in: 0...bytes.count, using: &random))
      cut.withUnsafeBytes { buffer in
        var reader = ByteReader(buffer)
        while var session = try? Session(decoding: &reader) {
          #expect(session.intervals.allSatisfy { $0.start <= $0.end })
          session.conclude()
          #expect(session.intervals.allSatisfy { $0.start <= $0.end })
          if reader.isAtEnd { break }
        }
      }
    }
  }
}

extension Session {
  /// What stays the same when the same events arrive in another order (SEMANTICS 24).
  var withoutPositions: Session {
    var copy = self
    copy.openedAtPosition = 0
    copy.lastPosition = 0
    copy.revisions = []
    copy.lastReceivedAt = startedAt
    copy.readings = readings.map { reading in
      var reading = reading
      reading.position = 0
      return reading
    }
    copy.setAside = setAside.map { reading in
      var reading = reading
      reading.position = 0
      return reading
    }
    copy.energyPoints = energyPoints.map { point in
      var point = point
      point.position = 0
      return point
    }
    copy.states = states.map { StateChange(at: $0.at, state: $0.state, position: 0) }
    copy.messages = messages.map { message in
      var message = message
      (message.position, message.receivedAt) = (0, message.at)
      return message
    }
    copy.findings = findings.map { Finding(code: $0.code, positions: []) }
    return copy
  }
}
