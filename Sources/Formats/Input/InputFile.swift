import Glibc

/// An open file or pipe, read from front to back, closed when it goes out of scope.
struct InputFile: ~Copyable {
  /// The name for messages.
  let name: String
  /// The size in bytes of a regular file; nil for a pipe or a terminal.
  let size: UInt64?
  /// How many bytes have been read.
  private(set) var offset: UInt64 = 0
  /// Where in the file the next byte is read; other than `offset` after a rewind.
  private var position: UInt64 = 0
  private let descriptor: Int32

  private init(name: String, size: UInt64?, descriptor: Int32) {
    self.name = name
    self.size = size
    self.descriptor = descriptor
  }

  /// Opens a file; `-` is standard input.
  static func open(path: String) throws(InputError) -> InputFile {
    let name = path == "-" ? "standard input" : path
    let descriptor = path == "-" ? dup(STDIN_FILENO) : Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .cannotOpen(name: name, errno: errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
      close(descriptor)
      throw .cannotOpen(name: name, errno: EISDIR)
    }
    let isRegular = status.st_mode & S_IFMT == S_IFREG
    let size = isRegular ? UInt64(max(0, status.st_size)) : nil
    return InputFile(name: name, size: size, descriptor: descriptor)
  }

  deinit { close(descriptor) }

  /// Reads up to `buffer.count` bytes; 0 means the end.
  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    while true {
      let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      if count >= 0 {
        offset += UInt64(count)
        position += UInt64(count)
        return count
      }
      guard errno == EINTR else {
        throw .readFailed(name: name, offset: offset, errno: errno)
      }
    }
  }

  /// Whether the file has become shorter than what was read of it.
  var isTruncated: Bool {
    var status = stat()
    return fstat(descriptor, &status) == 0 && UInt64(max(0, status.st_size)) < position
  }

  /// Goes back to the first byte.
  mutating func rewind() {
    lseek(descriptor, 0, SEEK_SET)
    position = 0
  }

  /// Whether its name now belongs to another file that has bytes: it was rotated, and the program
  /// that writes it has begun the new one.
  var isReplaced: Bool {
    var (own, named) = (stat(), stat())
    guard fstat(descriptor, &own) == 0, stat(name, &named) == 0 else { return false }
    return (own.st_dev, own.st_ino) != (named.st_dev, named.st_ino) && named.st_size > 0
  }
}
