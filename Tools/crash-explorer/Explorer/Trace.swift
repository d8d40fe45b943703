import Glibc

/// One thing that a recorded program did to its files. Files and directories are named by inode,
/// names by path below the watched directory.
enum Operation {
  case root(inode: UInt64)
  case create(inode: UInt64, path: Substring)
  case makeDirectory(inode: UInt64, path: Substring)
  /// The bytes lie in the trace, which stays mapped.
  case write(inode: UInt64, offset: Int, bytes: UnsafeRawBufferPointer)
  case truncate(inode: UInt64, length: Int)
  /// The last write of the file has reached the disk, and nothing else has (O_DSYNC).
  case settle(inode: UInt64)
  /// All that was done to the content of a file, or to the names of a directory, is on the disk.
  case sync(inode: UInt64)
  case rename(from: Substring, to: Substring)
  case unlink(path: Substring)
  case removeDirectory(path: Substring)
  case link(from: Substring, to: Substring)
  /// From now on the file may change without a call.
  case map(inode: UInt64)
  /// The log at `path` has promised to hold `events` events.
  case acknowledge(path: Substring, events: UInt64)
  /// How many calls could have failed.
  case calls(UInt64)
  /// What the program wrote to standard output.
  case output(UnsafeRawBufferPointer)
}

extension Operation {
  /// The last position that is promised by it.
  fileprivate var promise: UInt64? {
    get throws {
      switch self {
      case .acknowledge(path: "ledger/log", let events): events
      case .output(let bytes): try Answers(bytes).last
      default: nil
      }
    }
  }

  fileprivate var settlesWrites: Bool {
    switch self {
    case .settle, .sync: true
    default: false
    }
  }
}

/// What the recorder wrote. `recorder.h` has the layout.
struct Trace {
  let operations: [Operation]
  /// The operations that made what was there before the recording.
  let startingState: ArraySlice<Operation>
  /// By operation: the last position that is promised once it is over. A commit of the log that has
  /// returned is a promise, and so is an answer on standard output.
  let promises: [Int: UInt64]
  /// By operation: how many events are in the backup once it is over, as the program said.
  let backupPromises: [Int: UInt64]

  /// - Parameters:
  ///   - isCut: the program was killed, perhaps while it wrote its last record.
  ///   - ignoresSyncs: leaves out that writes were synced.
  init(path: String, isCut: Bool = false, ignoresSyncs: Bool = false) throws {
    let bytes = try Self.map(path)
    var reader = TraceReader(bytes: bytes)
    let operations = try reader.operations(isCut: isCut)
    // Every recorded program begins with the root, and so does what stands before the first.
    let roots = operations.indices.filter { if case .root = operations[$0] { true } else { false } }
    let start = operations[..<(roots.dropFirst().first ?? 0)]
    let recorded = operations[start.endIndex...]
    let kept = Array(start) + recorded.filter { !(ignoresSyncs && $0.settlesWrites) }
    self.operations = kept
    startingState = kept[..<start.endIndex]
    promises = try kept.indices.reduce(into: [:]) { promises, index in
      promises[index] = try kept[index].promise
    }
    backupPromises = kept.indices.reduce(into: [:]) { promises, index in
      guard case .output(let bytes) = kept[index] else { return }
      promises[index] = BackupCheck.promise(in: bytes)
    }
  }

  /// The commits that the log in the watched directory's `ledger` has acknowledged, in order.
  var acknowledgements: [UInt64] {
    operations.compactMap {
      if case .acknowledge(path: "ledger/log", let events) = $0 { events } else { nil }
    }
  }

  /// What each recorded program has written to standard output, in order of the programs.
  var outputs: [[UInt8]] {
    operations[startingState.endIndex...].reduce(into: []) { outputs, operation in
      switch operation {
      case .root: outputs.append([])
      case .output(let bytes): outputs[outputs.count - 1] += bytes
      default: break
      }
    }
  }

  /// The number of calls that could have failed, from a run that only counted.
  var calls: UInt64? {
    operations.lazy.compactMap { if case .calls(let count) = $0 { count } else { nil } }.last
  }

  /// Mapped for good: operations point into it.
  private static func map(_ path: String) throws -> UnsafeRawBufferPointer {
    let descriptor = open(path, O_RDONLY)
    var status = stat()
    guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
      throw Problem("cannot open the trace \(path): \(systemError())")
    }
    defer { close(descriptor) }
    let length = Int(status.st_size)
    guard length > 0, let map = mmap(nil, length, PROT_READ, MAP_PRIVATE, descriptor, 0),
      map != MAP_FAILED
    else { throw Problem("cannot map the trace \(path), or it is empty") }
    return UnsafeRawBufferPointer(start: map, count: length)
  }
}

/// What went wrong, for whoever runs the tool.
struct Problem: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

func systemError() -> String { String(cString: strerror(errno)) }

/// The last record is not whole.
private struct CutShort: Error {}

private struct TraceReader {
  let bytes: UnsafeRawBufferPointer
  private var position = 0
  private var root = ""

  private static let headerBytes = 32

  init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  mutating func operations(isCut: Bool) throws -> [Operation] {
    var operations: [Operation] = []
    while position < bytes.count {
      do {
        operations += try next()
      } catch is CutShort where isCut {
        break
      }
    }
    return operations
  }

  private mutating func next() throws -> [Operation] {
    guard bytes.count - position >= Self.headerBytes else { throw CutShort() }
    func load<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type, _ offset: Int) -> T {
      bytes.loadUnaligned(fromByteOffset: position + offset, as: T.self)
    }
    let code = load(UInt8.self, 0)
    let isSynced = load(UInt8.self, 1) != 0
    let lengths = (Int(load(UInt16.self, 2)), Int(load(UInt16.self, 4)))
    let inode = load(UInt64.self, 8)
    let offset = Int(load(UInt64.self, 16))
    let dataLength = Int(load(UInt64.self, 24))
    position += Self.headerBytes
    let path = try take(lengths.0)
    let other = try take(lengths.1)
    let data = try take(dataLength)
    if code == 1 { root = String(decoding: path, as: UTF8.self) }
    let operation: Operation? =
      switch code {
      case 1: .root(inode: inode)
      case 2: .create(inode: inode, path: relative(path))
      case 3: .makeDirectory(inode: inode, path: relative(path))
      case 4: .write(inode: inode, offset: offset, bytes: data)
      case 5: .truncate(inode: inode, length: offset)
      case 6: .sync(inode: inode)
      case 7: .rename(from: relative(path), to: relative(other))
      case 8: .unlink(path: relative(path))
      case 9: .removeDirectory(path: relative(path))
      case 10: .link(from: relative(path), to: relative(other))
      case 11: .map(inode: inode)
      case 12: .acknowledge(path: relative(path), events: UInt64(offset))
      case 13: .calls(UInt64(offset))
      case 14: .output(data)
      default: nil
      }
    guard let operation else { throw Problem("the trace has an operation \(code)") }
    return code == 4 && isSynced ? [operation, .settle(inode: inode)] : [operation]
  }

  private mutating func take(_ count: Int) throws -> UnsafeRawBufferPointer {
    guard count <= bytes.count - position else { throw CutShort() }
    defer { position += count }
    return UnsafeRawBufferPointer(rebasing: bytes[position..<(position + count)])
  }

  private func relative(_ path: UnsafeRawBufferPointer) -> Substring {
    let text = String(decoding: path, as: UTF8.self)
    return text.dropFirst(root.count).drop { $0 == "/" }
  }
}
