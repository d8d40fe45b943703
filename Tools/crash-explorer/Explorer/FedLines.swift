import Bytes
import EventLog
import Formats
import JSON

/// A line that is fed to `log append`, as the product reads it.
struct FedLine: Sendable {
  /// From 1.
  var number: UInt64
  var stationName: String
  /// Without the numbers that a ledger gives.
  var event: NewEvent
  var id: EventID?
  var body: [UInt8]

  /// The lines of a file, all of which must be good.
  static func all(in path: String) throws -> [FedLine] {
    let reader = TraceReader(
      try ByteInput(path: path), options: ImportOptions(readsEventIDs: true))
    var lines: [FedLine] = []
    while let item = try reader.next() {
      guard case .record(let record) = item else { throw Problem("\(path) has a bad line") }
      lines.append(
        FedLine(
          number: record.lineNumber, stationName: String(decoding: record.station, as: UTF8.self),
          event: NewEvent(
            kind: record.kind, direction: record.direction, receivedAt: record.receivedAt,
            flags: record.flags),
          id: record.eventID, body: Array(record.body)))
    }
    return lines
  }
}

/// What `log append` has answered: the positions of lines, by their number.
struct Answers {
  private(set) var positions: [UInt64: UInt64] = [:]

  /// The greatest position, which promises all before it.
  var last: UInt64 { positions.values.max() ?? 0 }

  /// Takes the whole lines of an output; other output than answers says nothing.
  init(_ output: UnsafeRawBufferPointer) throws {
    let parser = JSONParser()
    guard let end = output.lastIndex(of: UInt8(ascii: "\n")) else { return }
    for line in output[...end].split(separator: UInt8(ascii: "\n"))
    where line.starts(with: #"{"line":"#.utf8) {
      let answer = try parser.parse(UnsafeRawBufferPointer(rebasing: line))
      guard let number = answer["line"]?.int64, let position = answer["position"]?.int64 else {
        throw Problem("an answer without a position: \(String(decoding: line, as: UTF8.self))")
      }
      positions[UInt64(number)] = UInt64(position)
    }
  }

  init(of text: String) throws { self = try Array(text.utf8).withUnsafeBytes { try Answers($0) } }

  /// Throws unless the event of every answered line is where its answer says, as it was fed.
  func check(_ lines: [FedLine], against events: [EventFingerprint]) throws {
    for line in lines {
      guard let position = positions[line.number] else { continue }
      guard position >= 1, position <= events.count,
        events[Int(position) - 1].isEvent(of: line)
      else {
        throw Problem("line \(line.number) was acknowledged, and is not at position \(position)")
      }
    }
  }
}

/// A line and the position that it got when it was first fed.
struct FedEvent: Sendable {
  var line: FedLine
  var position: UInt64
}

extension [FedEvent] {
  /// Feeds all again to `ledger`, through the product's writer, as a feeder does that got no answer.
  ///
  /// The log goes up to the place of any of them: so each must come to its old position, whether it
  /// is there or not.
  func resend(to ledger: Ledger) throws {
    let names = Set(map(\.line.stationName)).sorted()
    let numbers = try ledger.append { batch in
      try names.map { ($0, try batch.stationID(named: $0)) }
    }
    let stations = Dictionary(uniqueKeysWithValues: numbers)
    let writer = try LogWriter(ledger)
    let answers = AnswerList(count: count)
    for (index, fed) in enumerated() {
      var event = fed.line.event
      event.station = stations[fed.line.stationName] ?? 0
      fed.line.body.withUnsafeBytes { body in
        writer.submit(event, body: body, id: fed.line.id) { answers.set($0, at: index) }
      }
    }
    writer.stop(.drain)
    for (index, fed) in enumerated() where answers[index] != .success(fed.position) {
      throw Problem(
        "sent again, the event of position \(fed.position) was answered with \(answers[index])")
    }
  }
}

/// The answers to submissions by their number.
///
/// `Sendable` because only the writer's thread writes, and it has ended when they are read.
private final class AnswerList: @unchecked Sendable {
  private var answers: [Result<UInt64, AppendError>]

  init(count: Int) { answers = Array(repeating: .failure(.stopped), count: count) }

  func set(_ answer: Result<UInt64, AppendError>, at index: Int) { answers[index] = answer }

  subscript(index: Int) -> Result<UInt64, AppendError> { answers[index] }
}
