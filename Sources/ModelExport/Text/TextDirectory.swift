import Foundation
import Projections

/// An export into a directory, one file a table: `sessions.csv`, `readings.csv`…
///
/// The directory is made beside its target and takes its place when it is whole.
public struct TextDirectory: Sendable {
  private let target: String
  private let encoder: TextEncoder

  /// - Parameter neutralizesFormulas: put an apostrophe before texts that a spreadsheet would take
  ///   for a formula. For people who open the files in one; programs read what was not there.
  public init(_ path: String, format: TextFormat, neutralizesFormulas: Bool = false) {
    target = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    encoder = TextEncoder(format: format, neutralizesFormulas: neutralizesFormulas)
  }

  /// - Parameter progress: called now and then, on the calling thread.
  public func write(
    _ exporter: ModelExporter, progress: (ExportProgress) -> Void = { _ in }
  ) throws -> ExportSummary {
    try check()
    let pending = try PendingTarget(for: target, isDirectory: true)
    let files = try ExportCatalog.tables.map { table throws(ExportError) in
      let name = Self.fileName(table, encoder.format)
      let file = try TableFile(path: "\(pending.path)/\(name)", shownPath: "\(target)/\(name)")
      try file.write(encoder.header(of: table))
      return file
    }
    var state = ExportProgress(totalSessions: UInt64(try exporter.snapshot.sessionCount()))
    let facts = try exporter.factRows()
    for (file, bytes) in zip(files, encoder.encode(facts)) { try file.write(bytes) }
    state.rows += UInt64(facts.rowCount)
    try exporter.forEachChunk(
      of: exporter.everySession, encodedBy: encoder.encode
    ) { encoded in
      for (file, bytes) in zip(files, encoded.chunk) { try file.write(bytes) }
      state.add(encoded)
      progress(state)
    }
    for file in files { try file.sync() }
    try pending.finish()
    return ExportSummary(
      position: exporter.header.position, sessions: state.written, rows: state.rows)
  }

  private static func fileName(_ table: TableDescription, _ format: TextFormat) -> String {
    "\(table.name).\(format.rawValue)"
  }

  /// A directory that holds something else than an earlier export is not to be lost.
  private func check() throws(ExportError) {
    guard access(target, F_OK) == 0 else { return }
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: target) else {
      throw .occupied(path: target)
    }
    let own = Set(
      TextFormat.allCases.flatMap { format in
        ExportCatalog.tables.map { Self.fileName($0, format) }
      })
    guard names.allSatisfy(own.contains) else { throw .occupied(path: target) }
  }
}

/// A file that is being written.
private final class TableFile {
  private let descriptor: Int32
  private let shownPath: String

  init(path: String, shownPath: String) throws(ExportError) {
    self.shownPath = shownPath
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw .file(operation: "create", path: shownPath, code: errno)
    }
  }

  deinit { close(descriptor) }

  func write(_ bytes: [UInt8]) throws(ExportError) {
    let code = bytes.withUnsafeBytes { bytes -> Int32 in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = Foundation.write(
          descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count < 0, errno != EINTR { return errno }
        rest = rest.dropFirst(max(0, count))
      }
      return 0
    }
    guard code == 0 else { throw .file(operation: "write", path: shownPath, code: code) }
  }

  func sync() throws(ExportError) {
    guard fsync(descriptor) == 0 else {
      throw .file(operation: "sync", path: shownPath, code: errno)
    }
  }
}
