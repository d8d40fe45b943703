import EventLog
import Quantities
import TestSupport
import Testing

/// An event as a test remembers it.
struct Remembered: Hashable {
  var position: UInt64
  var station: UInt32
  var receivedAt: Instant
}

/// Which events are asked for.
struct Question: CustomStringConvertible {
  /// nil asks for all streams.
  var station: UInt32?
  var first: UInt64
  var last: UInt64
  var start: Instant
  var end: Instant

  func matches(_ event: Remembered) -> Bool {
    (station == nil || event.station == station) && (first...last).contains(event.position)
      && start <= event.receivedAt && (event.receivedAt < end || end == .distantFuture)
  }

  var description: String {
    "station \(station.map { "\($0)" } ?? "any"), positions \(first) to \(last), received in "
      + "[\(start.millisecondsSinceEpoch), \(end.millisecondsSinceEpoch))"
  }
}

/// Small blocks, so that a few hundred events have an index.
func indexedOptions(blockPositions: UInt64 = 128) -> Ledger.Options {
  var options = TestClock().options
  options.indexBlockPositions = blockPositions
  return options
}

/// A log that grows by random batches, and what a plain list says of it.
struct RandomHistory {
  var generator: SplitMix64
  private(set) var events: [Remembered] = []
  private var time: Int64 = 0
  /// Also the number of names: some stations never get an event.
  static let stations: UInt32 = 9

  init(seed: UInt64) { generator = SplitMix64(seed: seed) }

  /// Appends up to `limit` events: few stations are busy, and now and then older ones are imported.
  mutating func grow(_ ledger: Ledger, upTo limit: Int) throws {
    let count = Int.random(in: 1...limit, using: &generator)
    try ledger.append { batch in
      for number in 1...Self.stations { _ = try batch.stationID(named: "CP-\(number)") }
      if Int.random(in: 0..<5, using: &generator) == 0 {
        time = Int64.random(in: 0...max(time, 1), using: &generator)
      }
      for _ in 0..<count {
        // The product of two is small more often than not; 0 is the control stream.
        let station =
          UInt32.random(in: 0..<3, using: &generator) * UInt32.random(in: 0..<4, using: &generator)
        time += Int64.random(in: -300...1000, using: &generator)
        let position = try batch.append(
          NewEvent(kind: .ocpp16, station: station, receivedAt: instant(time)),
          body: "\(station) at \(time)")
        events.append(
          Remembered(position: position, station: station, receivedAt: instant(time)))
      }
    }
  }

  /// - Parameter isOfOneStation: nil leaves it to chance.
  mutating func question(isOfOneStation: Bool? = nil) -> Question {
    let head = UInt64(events.count)
    let positions = (0..<2).map { _ in UInt64.random(in: 0...head + 3, using: &generator) }.sorted()
    let span = max(time, 1)
    let times = (0..<2).map { _ in Int64.random(in: -10...span, using: &generator) }.sorted()
    let isAnyPosition = Bool.random(using: &generator)
    let kind = Int.random(in: 0..<4, using: &generator)
    let isAnyStation = Int.random(in: 0..<4, using: &generator) == 0
    let station = UInt32.random(in: 0...Self.stations, using: &generator)
    return Question(
      station: isOfOneStation ?? !isAnyStation ? station : nil,
      first: isAnyPosition ? 1 : positions[0], last: isAnyPosition ? .max : positions[1],
      start: kind == 0 ? .distantPast : instant(times[0]),
      end: kind == 1 ? .distantFuture : instant(times[1]))
  }

  /// What the list answers.
  func answer(_ question: Question) -> [Remembered] { events.filter(question.matches) }
}

extension Ledger {
  /// What the log answers, through the index as far as there is one.
  func answer(_ question: Question, limit: Int = .max) throws -> [Remembered] {
    var found: [Remembered] = []
    func take(_ envelope: Envelope, _ body: UnsafeRawBufferPointer) -> Bool {
      // The body begins with the number of its station, which has one digit.
      if body.first != UInt8(ascii: "0") + UInt8(envelope.station) {
        Issue.record("position \(envelope.position) came with another body")
      }
      found.append(
        Remembered(
          position: envelope.position, station: envelope.station, receivedAt: envelope.receivedAt))
      return found.count < limit
    }
    try scan(
      stream: question.station, from: question.first, through: question.last,
      receivedFrom: question.start, to: question.end, take)
    return found
  }

  /// Expects the answers to `count` random questions to be those of `history`.
  func expectAnswers(
    of history: inout RandomHistory, count: Int = 30, isOfOneStation: Bool? = nil
  ) throws {
    for _ in 0..<count {
      let question = history.question(isOfOneStation: isOfOneStation)
      try #expect(answer(question) == history.answer(question), "\(question)")
    }
  }
}
