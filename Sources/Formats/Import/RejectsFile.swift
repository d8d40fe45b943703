import Glibc
import JSON

/// The lines of a file that could not be stored, as newline-delimited JSON:
/// `{"line":7,"reason":"…","text":"…"}`. The file is made with the first of them.
struct RejectsFile: ~Copyable {
  /// How much of a rejected line is kept, in bytes.
  static let excerptByteCount = 4096

  /// What is added to the name of the input.
  static let nameExtension = ".rejects.jsonl"

  let path: String
  private var stream: UnsafeMutablePointer<FILE>?
  private var writer = JSONWriter()

  init(path: String) { self.path = path }

  deinit { if let stream { fclose(stream) } }

  mutating func write(_ rejected: RejectedRecord) throws(ImportError) {
    if stream == nil { stream = fopen(path, "we") }
    guard let stream else { throw .cannotWrite(path: path, errno: errno) }
    writer.removeAll()
    writer.object { writer in
      writer.member("line", rejected.lineNumber)
      writer.member("reason", rejected.reason.description)
      let excerpt = rejected.text.prefix(Self.excerptByteCount)
      writer.member("text", String(decoding: excerpt, as: UTF8.self))
    }
    writer.endLine()
    guard fwrite(writer.bytes, 1, writer.bytes.count, stream) == writer.bytes.count else {
      throw .cannotWrite(path: path, errno: errno)
    }
  }

  /// Lets others read what was written so far.
  func flush() throws(ImportError) {
    guard let stream, fflush(stream) != 0 else { return }
    throw .cannotWrite(path: path, errno: errno)
  }

  /// Brings everything to the file.
  mutating func finish() throws(ImportError) {
    guard let open = stream else { return }
    stream = nil
    guard fclose(open) == 0 else { throw .cannotWrite(path: path, errno: errno) }
  }
}
