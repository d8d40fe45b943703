/// A file to import: open, and known to be recorded history. To find that out nothing is written,
/// so a file that was named by mistake leaves no trace.
public final class ImportInput {
  /// The file as the user named it; `-` is standard input.
  let name: String
  let options: ImportOptions
  /// Its records, from the first on.
  let source: any RecordSource
  /// The copy of what can be read only once and has to be read twice.
  private let spooled: SpooledInput?

  /// Opens a file in one of the formats of ``ImportFormat``, plain or compressed.
  ///
  /// - Parameter follower: goes on at the end of a file that is still written; nil to end there.
  /// - Throws: ``ImportError/input(_:_:)`` if it cannot be read, or is no recorded history.
  public init(
    path: String, options: ImportOptions = ImportOptions(), follower: FileFollower? = nil
  ) throws(ImportError) {
    name = path
    self.options = options
    guard follower == nil || !options.isStrict else {
      throw .input(
        .cannotFollow(name: path, reason: "a strict import reads the whole file first"), nil)
    }
    spooled = options.isStrict ? try SpooledInput(path: path) : nil
    source = try Self.open(spooled?.path ?? path, options, follower)
  }

  /// Its records from the first on, once more: only of a file that is imported strictly.
  func reopen() throws(ImportError) -> any RecordSource {
    try Self.open(spooled?.path ?? name, options, nil)
  }

  private static func open(
    _ path: String, _ options: ImportOptions, _ follower: FileFollower?
  ) throws(ImportError) -> any RecordSource {
    do throws(InputError) {
      return try RecordedHistory.read(
        try ByteInput(path: path, follower: follower), options: options)
    } catch {
      throw .input(error, nil)
    }
  }
}
