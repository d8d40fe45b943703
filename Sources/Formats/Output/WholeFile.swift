import Glibc

/// Files that are written as a whole: afterwards the old content is there or the new one, and
/// never a part of it. What is no regular file (`/dev/stdout`, a pipe) is simply written to.
public enum WholeFile {
  /// Finds out whether ``write(_:to:)`` can write the file, before the work for its content is
  /// done. Changes nothing.
  public static func check(_ path: String) throws(OutputError) {
    guard try isReplaced(path) else { return }
    let temporary = temporaryName(of: path)
    close(try open(temporary, for: path))
    unlink(temporary)
  }

  /// Writes the file, or replaces its content.
  public static func write(_ text: String, to path: String) throws(OutputError) {
    guard try isReplaced(path) else { return try put(text, path, for: path) }
    let temporary = temporaryName(of: path)
    do throws(OutputError) {
      try put(text, temporary, for: path)
      guard rename(temporary, path) == 0 else {
        throw OutputError(path: path, operation: "replace", code: errno)
      }
    } catch {
      unlink(temporary)
      throw error
    }
  }

  /// Whether something else is put in the place of what `path` names.
  private static func isReplaced(_ path: String) throws(OutputError) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else { return true }
    if status.st_mode & S_IFMT == S_IFDIR {
      throw OutputError(path: path, operation: "write", code: EISDIR)
    }
    return status.st_mode & S_IFMT == S_IFREG
  }

  /// Beside the file, because a file can be renamed only inside of its file system.
  private static func temporaryName(of path: String) -> String { "\(path).\(getpid()).part" }

  /// - Parameter path: the file that the user knows of, for messages.
  private static func open(_ name: String, for path: String) throws(OutputError) -> Int32 {
    let descriptor = Glibc.open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw OutputError(path: path, operation: "create", code: errno)
    }
    return descriptor
  }

  private static func put(
    _ text: String, _ name: String, for path: String
  ) throws(OutputError) {
    let descriptor = try open(name, for: path)
    defer { close(descriptor) }
    var text = text
    let code = text.withUTF8 { bytes -> Int32 in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = Glibc.write(
          descriptor, UnsafeBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count < 0, errno != EINTR { return errno }
        rest = rest.dropFirst(max(0, count))
      }
      return 0
    }
    guard code == 0 else { throw OutputError(path: path, operation: "write", code: code) }
  }
}
