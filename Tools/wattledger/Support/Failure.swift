import ArgumentParser
import Bytes
import EventLog
import Formats
import Foundation
import LMDB
import ModelExport
import Projections

/// A verb's failure, with the exit code that the design promises for its kind.
struct Failure: Error {
  enum Kind: Int32 {
    case checkFailed = 1
    case badInput = 2
    case ledgerUnavailable = 3
  }

  var kind: Kind
  var message: String

  /// "The check you asked for failed": a difference, a guard rail.
  static func check(_ message: String) -> Failure { Failure(kind: .checkFailed, message: message) }
  /// Wrong usage or bad input.
  static func input(_ message: String) -> Failure { Failure(kind: .badInput, message: message) }

  /// The one place where an error becomes text and an exit code.
  static func exit(because error: any Error) -> Never {
    switch error {
    case let failure as Failure:
      Terminal.note("wattledger: \(failure.message)")
      Foundation.exit(failure.kind.rawValue)
    case ProjectionError.unknownProjection:
      Terminal.note("wattledger: \(error)")
      Foundation.exit(Kind.badInput.rawValue)
    case is LedgerError, is LMDBError, is ProjectionError, is RebuildReason,
      ImportError.ledger, ImportError.busy, LiveFeedError.ledger:
      Terminal.note("wattledger: \(error)")
      Foundation.exit(Kind.ledgerUnavailable.rawValue)
    case let error as BackupError:
      Terminal.note("wattledger: \(error)")
      Foundation.exit((error.isWrongUse ? Kind.badInput : Kind.ledgerUnavailable).rawValue)
    case is ByteReaderError:
      Terminal.note("wattledger: \(ProjectionError.damagedRow("\(error)"))")
      Foundation.exit(Kind.ledgerUnavailable.rawValue)
    case let error as CocoaError:
      // Only the directories of read models are handled by Foundation.
      Terminal.note("wattledger: \(error.localizedDescription)")
      Foundation.exit(Kind.ledgerUnavailable.rawValue)
    default:
      // Help and version are thrown too, and are no failure.
      if Wattledger.exitCode(for: error) == .success { Wattledger.exit(withError: error) }
      let isUsage = Wattledger.exitCode(for: error) == .validationFailure
      Terminal.note(isUsage ? Wattledger.fullMessage(for: error) : "wattledger: \(error)")
      Foundation.exit(Kind.badInput.rawValue)
    }
  }
}
