import Glibc

/// Where a walk takes its pages from: a file, or memory.
///
/// Never a mapping: reading a page that a disk cannot give would end the program (SIGBUS), where a
/// read says EIO.
public struct PageSource: ~Copyable {
  private let descriptor: Int32
  private let memory: UnsafeRawBufferPointer?
  /// The bytes that are there.
  let byteCount: Int

  /// The file at `path`.
  public init(path: String) throws(LMDBError) {
    let operation = "read the pages"
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    var status = stat()
    guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
      let code = errno
      if descriptor >= 0 { close(descriptor) }
      throw LMDBError(code: .init(rawValue: code), operation: operation, path: path)
    }
    memory = nil
    byteCount = status.st_size
    posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
  }

  /// The bytes of a file, which must stay as long as the source does.
  public init(memory: UnsafeRawBufferPointer) {
    descriptor = -1
    self.memory = memory
    byteCount = memory.count
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Fills `buffer` with the bytes from `offset` on. False if they are not there or cannot be read.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> Bool {
    guard offset >= 0, offset <= byteCount, buffer.count <= byteCount - offset else { return false }
    if let memory {
      buffer.copyMemory(
        from: UnsafeRawBufferPointer(rebasing: memory[offset..<offset + buffer.count]))
      return true
    }
    var done = 0
    while done < buffer.count {
      let count = pread(
        descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done, off_t(offset + done))
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return false }
      done += count
    }
    return true
  }

  /// Says that a piece of the file will be read soon.
  func announce(_ offset: Int, _ count: Int) {
    if descriptor >= 0 {
      posix_fadvise(descriptor, off_t(offset), off_t(count), POSIX_FADV_WILLNEED)
    }
  }
}

/// One bit for each page.
struct PageBitmap {
  private var words: [UInt64]
  let count: UInt64

  /// - Parameter count: at most the pages of a file, so that the memory is a 32,768th of it.
  init(count: UInt64) {
    self.count = count
    words = Array(repeating: 0, count: Int(count / 64) + 1)
  }

  /// Sets the bit of a page below ``count``. False if it was set already.
  mutating func insert(_ page: UInt64) -> Bool {
    let bit: UInt64 = 1 << (page % 64)
    let word = Int(page / 64)
    defer { words[word] |= bit }
    return words[word] & bit == 0
  }

  /// Calls `body` with the pages below ``count`` whose bit is not set.
  func forEachMissing(_ body: (UInt64) -> Void) {
    for (index, word) in words.enumerated() where word != .max {
      let first = UInt64(index) * 64
      for bit in 0..<UInt64(64) where word & (1 << bit) == 0 && first + bit < count {
        body(first + bit)
      }
    }
  }
}
