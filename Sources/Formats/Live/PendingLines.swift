import Foundation

/// The lines of a feed that were read and not yet answered, in their order: a bounded ring between
/// the thread that reads, the one that commits and the one that answers.
///
/// `Sendable` because everything is behind the lock of `condition`.
final class PendingLines: @unchecked Sendable {
  enum Result {
    case settled(LineAnswer.Outcome)
    case failed(any Error)
  }

  private struct Entry {
    var line: UInt64
    var result: Result?
  }

  private let condition = NSCondition()
  /// The entry of a ticket is at the ticket modulo the size of the ring.
  private var ring: [Entry]
  private var oldest: UInt64 = 0
  private var next: UInt64 = 0
  private var isClosed = false
  private var inputError: InputError?

  init(limit: Int) {
    ring = Array(repeating: Entry(line: 0, result: nil), count: limit)
  }

  /// Gives a ticket to a line, waiting while the ring is full. nil once the feed is closed: the line
  /// is to be left alone.
  func begin(line: UInt64) -> UInt64? {
    condition.withLock {
      while !isClosed, next - oldest == UInt64(ring.count) { condition.wait() }
      guard !isClosed else { return nil }
      ring[index(next)] = Entry(line: line, result: nil)
      next += 1
      return next - 1
    }
  }

  /// Says what became of the line with this ticket.
  func settle(_ ticket: UInt64, _ result: Result) {
    condition.withLock {
      ring[index(ticket)].result = result
      if ticket == oldest { condition.broadcast() }
    }
  }

  /// Takes no more lines; those with a ticket are still answered. The first reason counts.
  func close(_ error: InputError? = nil) {
    condition.withLock {
      guard !isClosed else { return }
      isClosed = true
      inputError = error
      condition.broadcast()
    }
  }

  /// The answers that are due, in the order of the lines; waits until there is one. Empty at the end.
  ///
  /// - Throws: ``LiveFeedError`` at the first line that failed, and at the end of an input that could
  ///   not be read to its end.
  func takeAnswers() throws(LiveFeedError) -> [LineAnswer] {
    condition.lock()
    defer { condition.unlock() }
    while oldest < next ? ring[index(oldest)].result == nil : !isClosed { condition.wait() }
    var answers: [LineAnswer] = []
    while oldest < next, case .settled(let outcome)? = ring[index(oldest)].result {
      answers.append(LineAnswer(line: ring[index(oldest)].line, outcome: outcome))
      oldest += 1
    }
    if !answers.isEmpty {
      condition.broadcast()
      return answers
    }
    if oldest < next, case .failed(let error)? = ring[index(oldest)].result {
      throw .ledger(error, lastAnswered: ring[index(oldest)].line - 1)
    }
    if let inputError { throw .input(inputError) }
    return []
  }

  private func index(_ ticket: UInt64) -> Int { Int(ticket % UInt64(ring.count)) }
}
