import JSON

/// What became of one line of a live feed.
public struct LineAnswer: Hashable, Sendable {
  public enum Outcome: Hashable, Sendable {
    /// The event is durable, at this position; perhaps since an earlier feed, under the same id.
    case appended(position: UInt64)
    /// The line cannot be in a log, now or later.
    case rejected(reason: String)
  }

  /// The number of the line, from 1.
  public var line: UInt64
  public var outcome: Outcome

  /// Writes the answer as a line of newline-delimited JSON: `{"line":1,"position":7}` or
  /// `{"line":2,"error":"…"}`.
  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("line", line)
      switch outcome {
      case .appended(let position): json.member("position", position)
      case .rejected(let reason): json.member("error", reason)
      }
    }
    json.endLine()
  }
}

/// Why a live feed ended before its input did. Every line that was answered is in the log for good.
public enum LiveFeedError: Error {
  /// The input cannot be read any further. All lines before that were answered.
  case input(InputError)
  /// The ledger failed. Which of the lines behind `lastAnswered` are in the log is not known.
  case ledger(any Error, lastAnswered: UInt64)
}

extension LiveFeedError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .input(let error): return error.description
    case .ledger(let error, let line):
      let text = "\(error)"
      let answered = line == 0 ? "No line was answered" : "Lines up to \(line) were answered"
      return "standard input: appending stopped: \(text.hasSuffix(".") ? text : text + ".") "
        + "\(answered); send all others again, with their eventId."
    }
  }
}
