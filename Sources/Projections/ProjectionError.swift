import Bytes
import Foundation
import LMDB

/// Why read models cannot be read or brought up to date.
public enum ProjectionError: Error, Equatable {
  /// A system call failed: what was tried, and `errno`.
  case system(String, Int32)
  /// A row or a checkpoint cannot be read. Read models can always be built again.
  case damagedRow(String)
  /// A published fact cannot be read.
  case damagedFact(position: UInt64, String)
  /// Somebody else rebuilds the projection now.
  case buildUnderWay(projection: String, owner: BuildOwner)
  /// No projection has this name.
  case unknownProjection(String, known: [String])
  /// There is no generation to go back to, or none that this release can read.
  case nothingToRollBackTo([String])
  /// A projection wrote a key that is too long to be stored.
  case rowKeyTooLong(String, bytes: Int)
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
    case .buildUnderWay(let projection, let owner):
      "The read models `\(projection)` are being rebuilt by \(owner). Wait for its end, or end it: "
        + "the next rebuild goes on where it was."
    case .unknownProjection(let name, let known):
      "There is no projection `\(name)`. There are: \(known.joined(separator: ", "))."
    case .nothingToRollBackTo(let projections):
      "There is no generation of \(projections.map { "`\($0)`" }.joined(separator: ", ")) to go back "
        + "to that this release can read: an old one is kept by `rebuild` until `rebuild --drop-old`."
    case .rowKeyTooLong(let projection, let bytes):
      "The projection \(projection) wrote a key of \(bytes) bytes. It may have "
        + "\(RowWriter.greatestKeyBytes): put the rest into the value."
    }
  }
}

/// Whether an error says that what is stored is at fault, and not the moment: it can be built again.
func isDamage(_ error: any Error) -> Bool {
  switch error {
  case ProjectionError.damagedRow, is ByteReaderError: true
  case let error as LMDBError: error.code.isDamage
  default: false
  }
}
