import Glibc

/// An input that can be read twice: a file as it is, standard input as a copy in a temporary file,
/// which is removed at the end.
final class SpooledInput {
  /// The file to read.
  let path: String
  private let isCopy: Bool

  init(path: String) throws(ImportError) {
    guard path == "-" else {
      self.path = path
      isCopy = false
      return
    }
    let directory = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    let randomPart = String(repeating: "X", count: 6)
    var template = Array((directory + "/wattledger-" + randomPart).utf8CString)
    let descriptor = mkstemp(&template)
    let name = template.withUnsafeBytes { String(decoding: $0.dropLast(), as: UTF8.self) }
    guard descriptor >= 0 else { throw .cannotWrite(path: name, errno: errno) }
    defer { close(descriptor) }
    self.path = name
    isCopy = true
    try copyStandardInput(to: descriptor)
  }

  deinit { if isCopy { unlink(path) } }

  private func copyStandardInput(to descriptor: Int32) throws(ImportError) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { buffer.deallocate() }
    do throws(InputError) {
      var input = try InputFile.open(path: "-")
      while true {
        let count = try input.read(into: buffer)
        guard count > 0 else { return }
        var rest = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        while !rest.isEmpty {
          let written = write(descriptor, rest.baseAddress, rest.count)
          guard written >= 0 || errno == EINTR else {
            throw .readFailed(name: path, offset: input.offset, errno: errno)
          }
          rest = UnsafeRawBufferPointer(rebasing: rest[max(0, written)...])
        }
      }
    } catch {
      throw .input(error, nil)
    }
  }
}
