import EventLog
import Synchronization
import TestSupport
import Testing

/// SubmitAnswers in the order in which they came.
private final class SubmitAnswers: Sendable {
  private let outcomes = Mutex<[Outcome]>([])

  func add(_ outcome: Outcome) { outcomes.withLock { $0.append(outcome) } }

  var all: [Outcome] { outcomes.withLock { $0 } }
}

extension LogWriter {
  fileprivate func submit(
    _ body: String, station: UInt32 = 0, id: UInt64? = nil, _ answers: SubmitAnswers
  ) {
    var bytes = Array(body.utf8)
    bytes.withUnsafeMutableBytes { bytes in
      submit(
        frame(station: station), body: UnsafeRawBufferPointer(bytes),
        id: id.map { EventID(low: $0, high: 7) }
      ) { answers.add($0) }
      // What was submitted belongs to the writer.
      for index in bytes.indices { bytes[index] = UInt8(ascii: "?") }
    }
  }
}

@Suite("Events that are submitted") struct SubmitTests {
  @Test("are appended and answered in order, none waiting, also far beyond the queue's limit")
  func order() throws {
    try withLedger { ledger in
      let writer = try LogWriter(ledger, options: .init(maxQueuedEvents: 4))
      let held = HeldLedger(ledger)
      let answers = SubmitAnswers()
      for number in 0..<50 { writer.submit("\(number)", answers) }
      #expect(answers.all.isEmpty)
      held.release()
      writer.stop(.drain)
      #expect(answers.all == (1...50).map { .success($0) })
      try #expect(ledger.bodies() == (0..<50).map(String.init))
    }
  }

  @Test("are refused one by one, and found again by their id")
  func refusals() throws {
    try withLedger { ledger in
      let writer = try LogWriter(ledger)
      let answers = SubmitAnswers()
      writer.submit("first", id: 1, answers)
      writer.submit("nobody's", station: 9, answers)
      writer.submit("again", id: 1, answers)
      writer.stop(.drain)
      #expect(answers.all == [.success(1), .failure(.refused(.unknownStation(9))), .success(1)])
      writer.submit(String(repeating: "x", count: 16 << 20 + 1), answers)
      writer.submit("late", answers)
      #expect(
        answers.all.suffix(2) == [
          .failure(.refused(.bodyTooLarge(bytes: 16 << 20 + 1))), .failure(.stopped),
        ])
      try #expect(ledger.bodies() == ["first"])
    }
  }
}
