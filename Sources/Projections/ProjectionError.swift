import Foundation

/// Why read models cannot be read or brought up to date.
public enum ProjectionError: Error, Equatable {
  /// A system call failed: what was tried, and `errno`.
  case system(String, Int32)
  /// A row or a checkpoint cannot be read. Read models can always be built again.
  case damagedRow(String)
  /// A published fact cannot be read.
  case damagedFact(position: UInt64, String)
}

extension ProjectionError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .system(let operation, let code):
      "Cannot \(operation): \(String(cString: strerror(code)))."
    case .damagedRow(let what):
      "A read model is damaged (\(what)). `wattledger rebuild` makes it anew from the log."
    case .damagedFact(let position, let reason):
      "The fact at position \(position) cannot be read: \(reason)"
    }
  }
}
