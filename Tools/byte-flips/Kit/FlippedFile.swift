import EventLog
import Foundation
import LMDB

/// A file of a ledger, whose bytes are changed one at a time.
///
/// A changed file is first checked in memory, by the code of `wattledger verify`. If that reports
/// nothing, the byte is changed in the file too, and all of it is read through liblmdb, which knows
/// nothing of the check. Only if that is as before, the byte was unused.
public final class FlippedFile {
  private let ledgerPath: String
  private let file: String
  private var bytes: [UInt8]
  private let ledgerJSON: [UInt8]
  /// Those of the ledger as they were, by first position.
  private let segments: [UInt64: Data]
  private let databases: [String]
  private let contents: FileContents?
  private let descriptor: Int32

  /// - Parameter file: one of ``SampleLedger/files``.
  public init(_ file: String, of ledger: SampleLedger) throws {
    let path = ledger.path + "/" + file
    self.file = file
    ledgerPath = ledger.path
    bytes = Array(try Data(contentsOf: URL(filePath: path)))
    ledgerJSON = Array(try Data(contentsOf: URL(filePath: ledger.path + "/ledger.json")))
    segments = try Self.segments(of: ledger)
    var names = DatabaseNames()
    if file.hasSuffix(".mdb") {
      _ = PageWalker.walk(try PageSource(path: path), visitor: &names)
    }
    databases = names.names
    contents =
      names.names.isEmpty
      ? nil : try FileContents(Self.directory(path), databases: names.names)
    descriptor = open(path, O_RDWR | O_CLOEXEC)
  }

  deinit { close(descriptor) }

  /// The bytes of the file.
  public var byteCount: Int { bytes.count }

  /// Changes one byte, looks what is noticed, and changes it back.
  public func flip(_ offset: Int, xor: UInt8, _ tally: inout FlipTally) throws {
    bytes[offset] ^= xor
    defer { bytes[offset] ^= xor }
    tally.flips += 1
    if isReported {
      tally.detected += 1
      return
    }
    try write(bytes[offset], at: offset)
    let differences = differences()
    try write(bytes[offset] ^ xor, at: offset)
    if differences.isEmpty {
      tally.unused += 1
    } else if file.hasPrefix("models/") && differences.allSatisfy(Self.isCompared) {
      tally.detectedByFold += 1
    } else {
      tally.violations.append(
        .init(file: file, offset: offset, xor: xor, what: differences.joined(separator: ", ")))
    }
  }

  /// Whether the check of the file alone finds something.
  private var isReported: Bool {
    if file == "ledger.json" { return !isFileKnown }
    return bytes.withUnsafeBytes { database in
      if file.hasPrefix("log/") { return !isSound(ledgerJSON, database) }
      if file.hasPrefix("segments/") { return !isSegmentSound(database) }
      var nobody = NoVisitor()
      return PageWalker.walk(PageSource(memory: database), visitor: &nobody)?.isSound != true
    }
  }

  private var isFileKnown: Bool {
    guard let log = try? Data(contentsOf: URL(filePath: ledgerPath + "/log/data.mdb")) else {
      return false
    }
    return log.withUnsafeBytes { isSound(bytes, $0) }
  }

  private func isSound(_ file: [UInt8], _ database: UnsafeRawBufferPointer) -> Bool {
    // No ledger here has more than one segment.
    guard let (first, segment) = segments.first else {
      return (try? Ledger.verifyLog(file: file, database: database).isSound) == true
    }
    return segment.withUnsafeBytes { bytes in
      let found = try? Ledger.verifyLog(file: file, database: database, segments: [first: bytes])
      return found?.isSound == true
    }
  }

  /// Whether the check of a segment by itself finds nothing: that of the ledger finds no less.
  private func isSegmentSound(_ database: UnsafeRawBufferPointer) -> Bool {
    let found = try? Ledger.verifySegment(
      file: ledgerJSON, database: database, positions: SampleLedger.sealedPositions)
    return found?.isSound == true
  }

  private static func segments(of ledger: SampleLedger) throws -> [UInt64: Data] {
    guard let file = try ledger.segmentFiles.first else { return [:] }
    let data = try Data(contentsOf: URL(filePath: ledger.path + "/" + file))
    return [SampleLedger.sealedPositions.lowerBound: data]
  }

  /// What reads otherwise than before the change.
  private func differences() -> [String] {
    guard let contents else { return [file] }
    do {
      let directory = Self.directory(ledgerPath + "/" + file)
      return try FileContents(directory, databases: databases).differences(from: contents)
    } catch {
      return ["\(error)"]
    }
  }

  /// Whether `verify` compares a table of the read models with that of a fresh fold. One that is
  /// missing is empty for it; without the checkpoint in `meta` the log is folded from its beginning,
  /// and rows of other names there are read by nobody.
  private static func isCompared(_ table: String) -> Bool {
    table.hasPrefix("meta") || table.hasPrefix("stations.meta")
      || [
        "sessions", "usage", "costs", "summaries", "ids", "names", "by_station", "station_states",
        "stations", "stations.states",
      ].contains(table)
  }

  private func write(_ byte: UInt8, at offset: Int) throws {
    var byte = byte
    guard pwrite(descriptor, &byte, 1, off_t(offset)) == 1 else {
      throw POSIXError(.init(rawValue: errno) ?? .EIO)
    }
  }

  private static func directory(_ path: String) -> String {
    URL(filePath: path).deletingLastPathComponent().path
  }
}
