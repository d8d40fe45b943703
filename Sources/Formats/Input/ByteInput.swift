/// The bytes of a file or of standard input, decompressed on the way.
///
/// Compression is told by the first bytes, not by the name: gzip (several members in a row too),
/// zstd (several frames too), else plain. Memory is bounded whatever the file holds. When the
/// file is cut off or damaged, everything that could be read is delivered before the error.
public final class ByteInput {
  private var file: InputFile
  private let decompressor: (any Decompressor)?
  private let compression: Compression?
  /// Bytes as stored, read and not yet used: `pending` of `buffer`.
  private let buffer: UnsafeMutableRawBufferPointer
  private var pending: Range<Int>
  private var isAtEnd = false
  private var failure: InputError?
  /// Plain bytes that were looked at before they are read.
  private var lookahead: [UInt8] = []
  /// How many lines were read so far: line ends, and one more for a last line without.
  public var lineCount: UInt64 { lineEndCount + (endsWithinLine ? 1 : 0) }
  private var lineEndCount: UInt64 = 0
  private var endsWithinLine = false
  /// Waits for more where a file that is still written ends.
  let follower: FileFollower?

  /// Opens a file; `-` is standard input.
  ///
  /// - Parameter follower: what to do at the end of a file that is still written; nil to end there.
  public init(path: String, follower: FileFollower? = nil) throws(InputError) {
    var file = try InputFile.open(path: path)
    guard follower == nil || (path != "-" && file.size != nil) else {
      throw .cannotFollow(name: file.name, reason: "only a regular file can be")
    }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
    var count = 0
    do {
      while count < Compression.signatureLength {
        let more = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[count...]))
        if more == 0 { break }
        count += more
      }
    } catch {
      buffer.deallocate()
      throw error
    }
    let found = Compression(signature: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    let cutOff = count < Compression.signatureLength ? Compression(fileName: path) : nil
    compression = found ?? cutOff
    switch compression {
    case .gzip: decompressor = GzipDecompressor()
    case .zstd: decompressor = ZstdDecompressor()
    case nil: decompressor = nil
    }
    self.file = file
    self.buffer = buffer
    self.follower = follower
    pending = 0..<count
    guard follower == nil || compression == nil else {
      throw .cannotFollow(name: path, reason: "it is compressed, so nobody is writing it")
    }
  }

  deinit { buffer.deallocate() }

  /// The file's path, or "standard input".
  public var name: String { file.name }

  /// The size of the file as stored, in bytes; nil for a pipe.
  public var storedByteCount: UInt64? { file.size }

  /// Whether a file that is still written was left before its end, perhaps within a line.
  var wasStopped: Bool { follower?.isStopped ?? false }

  /// How many stored bytes have been used so far, of ``storedByteCount``.
  public var storedBytesRead: UInt64 { file.offset - UInt64(pending.count) }

  /// Reads some plain bytes into `output`, which must not be empty. Returns how many; 0 means the
  /// end. Of a file that is followed, this waits until there are some.
  public func read(into output: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    let count = try readOrWait(into: output)
    guard count > 0 else { return 0 }
    lineEndCount += UInt64(output.prefix(count).count { $0 == 0x0A })
    endsWithinLine = output[count - 1] != 0x0A
    return count
  }

  private func readOrWait(
    into output: UnsafeMutableRawBufferPointer
  ) throws(InputError) -> Int {
    guard let follower else { return try readNow(into: output) }
    while !follower.shouldStop() {
      // Asked first: what came to the old file's end before it was replaced is read below.
      let isReplaced = file.isReplaced
      let count = try readNow(into: output)
      if count > 0 {
        follower.hasRead(lastByte: output[count - 1])
        return count
      }
      guard try startAnew(isReplaced: isReplaced) else {
        follower.wait()
        continue
      }
      guard follower.isWithinLine else { continue }
      // What was begun in the old file does not go on in the new one.
      output[0] = 0x0A
      follower.hasRead(lastByte: 0x0A)
      return 1
    }
    return 0
  }

  /// Goes to the first byte if the file was cut back, or to the file that has taken its name.
  private func startAnew(isReplaced: Bool) throws(InputError) -> Bool {
    if file.isTruncated {
      file.rewind()
      return true
    }
    guard isReplaced else { return false }
    file = try InputFile.open(path: file.name)
    return true
  }

  /// Reads what is there.
  private func readNow(into output: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    if !lookahead.isEmpty {
      let count = min(lookahead.count, output.count)
      output.copyBytes(from: lookahead[..<count])
      lookahead.removeFirst(count)
      return count
    }
    if let failure { throw failure }
    guard let decompressor else { return try readPlain(into: output) }
    repeat {
      try fill()
      let step = decompressor.step(
        UnsafeRawBufferPointer(rebasing: buffer[pending]), into: output)
      pending = pending.lowerBound + step.consumed..<pending.upperBound
      if let reason = step.failure { failure = damaged(reason) }
      if step.produced > 0 { return step.produced }
      if let failure { throw failure }
    } while !(isAtEnd && pending.isEmpty)
    guard decompressor.isComplete else {
      let error = InputError.truncated(
        name: name, compression: compression ?? .gzip, offset: storedBytesRead)
      failure = error
      throw error
    }
    return 0
  }

  /// The next plain bytes, at most `count` and fewer only at the end or before an error. They will
  /// be read again.
  func peek(_ count: Int) -> [UInt8] {
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
    defer { bytes.deallocate() }
    var found = 0
    do throws(InputError) {
      while found < count {
        let more = try readNow(into: UnsafeMutableRawBufferPointer(rebasing: bytes[found...]))
        if more == 0 { break }
        found += more
      }
    } catch {
      failure = error
    }
    lookahead = Array(bytes[..<found])
    return lookahead
  }

  private func readPlain(into output: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
    guard !pending.isEmpty else { return try file.read(into: output) }
    let count = min(pending.count, output.count)
    let source = buffer[pending].prefix(count)
    output.copyMemory(from: UnsafeRawBufferPointer(rebasing: source))
    pending = pending.lowerBound + count..<pending.upperBound
    return count
  }

  private func fill() throws(InputError) {
    guard pending.isEmpty, !isAtEnd else { return }
    let count = try file.read(into: buffer)
    pending = 0..<count
    isAtEnd = count == 0
  }

  private func damaged(_ reason: String) -> InputError {
    .damaged(
      name: name, compression: compression ?? .gzip, offset: storedBytesRead, reason: reason)
  }
}
