import Glibc

/// Why the bytes of an input cannot be read any further.
///
/// Everything before the failure has been delivered. `offset` counts bytes of the file as stored,
/// compressed or not.
public enum InputError: Error, Hashable, Sendable {
  /// The file cannot be opened.
  case cannotOpen(name: String, errno: Int32)
  /// The system refused to read on.
  case readFailed(name: String, offset: UInt64, errno: Int32)
  /// The file ends inside a compressed stream: it was cut off.
  case truncated(name: String, compression: Compression, offset: UInt64)
  /// The compressed bytes contradict themselves: the file is damaged.
  case damaged(name: String, compression: Compression, offset: UInt64, reason: String)
  /// The bytes can be read, but the file is not laid out as recorded history.
  case notRecordedHistory(name: String, reason: String)
  /// The file begins with the mark of UTF-16, as PowerShell writes it.
  case notUTF8(name: String)
  /// The file cannot be followed while it is written.
  case cannotFollow(name: String, reason: String)
}

extension InputError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .cannotOpen(let name, let code):
      return "\(name): cannot open: \(Self.text(ofSystemError: code))"
    case .readFailed(let name, let offset, let code):
      return "\(name): cannot read at byte \(offset): \(Self.text(ofSystemError: code))"
    case .truncated(let name, let compression, let offset):
      return """
        \(name): the \(compression) data ends too early, at byte \(offset); \
        every complete record before that was read. Fetch the file again and repeat the command.
        """
    case .damaged(let name, let compression, let offset, let reason):
      return """
        \(name): the \(compression) data is damaged near byte \(offset): \(reason); \
        every complete record before that was read. Fetch the file again and repeat the command.
        """
    case .notRecordedHistory(let name, let reason):
      return """
        \(name) is no recorded history in a known layout: \(reason). \
        If it is one of these, name it with --from: \(ImportFormat.names)
        """
    case .notUTF8(let name):
      return """
        \(name) is UTF-16; make UTF-8 of it first: \
        iconv -f UTF-16 -t UTF-8 FILE > NEW-FILE
        """
    case .cannotFollow(let name, let reason):
      return "\(name) cannot be followed: \(reason)"
    }
  }

  static func text(ofSystemError code: Int32) -> String {
    guard let text = strerror(code) else { return "error \(code)" }
    return String(cString: text)
  }
}
