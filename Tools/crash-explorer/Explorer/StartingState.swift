import Glibc

/// What is on the disk before anything is recorded, as a trace that the recorder then goes on with.
struct StartingState {
  private var trace: [UInt8] = []

  /// Writes the ledger below `root`, if there is one, into a new trace: all of it durable.
  static func write(of root: String, to path: String) throws {
    var state = StartingState()
    try state.add(1, inode: inode(of: root), path: root)
    if access(root + "/ledger", F_OK) == 0 { try state.add(directory: root + "/ledger") }
    try state.add(6, inode: inode(of: root))
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
    guard descriptor >= 0 else { throw Problem("cannot create \(path): \(systemError())") }
    defer { close(descriptor) }
    guard Glibc.write(descriptor, state.trace, state.trace.count) == state.trace.count else {
      throw Problem("cannot write \(path): \(systemError())")
    }
  }

  private mutating func add(directory path: String) throws {
    try add(3, inode: Self.inode(of: path), path: path)
    for name in try Self.names(in: path).sorted() {
      let child = path + "/" + name
      if try Self.status(of: child).st_mode & S_IFMT == S_IFDIR {
        try add(directory: child)
      } else {
        let inode = try Self.inode(of: child)
        try add(2, inode: inode, path: child)
        try add(4, inode: inode, bytes: Self.contents(of: child))
        try add(6, inode: inode)
      }
    }
    try add(6, inode: Self.inode(of: path))
  }

  /// A record as `recorder.h` has it.
  private mutating func add(
    _ operation: UInt8, inode: UInt64, path: String = "", bytes: [UInt8] = []
  ) throws {
    trace += [operation, 0]
    append(UInt16(path.utf8.count))
    append(UInt32(0))
    append(inode)
    append(UInt64(0))
    append(UInt64(bytes.count))
    trace += path.utf8
    trace += bytes
  }

  private mutating func append(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { trace += $0 }
  }

  private static func status(of path: String) throws -> stat {
    var status = stat()
    guard lstat(path, &status) == 0 else { throw Problem("\(path): \(systemError())") }
    return status
  }

  private static func inode(of path: String) throws -> UInt64 {
    UInt64(try status(of: path).st_ino)
  }

  private static func names(in path: String) throws -> [String] {
    guard let stream = opendir(path) else { throw Problem("\(path): \(systemError())") }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  private static func contents(of path: String) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { throw Problem("\(path): \(systemError())") }
    defer { close(descriptor) }
    let size = Int(try status(of: path).st_size)
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      count = max(0, read(descriptor, buffer.baseAddress, size))
    }
    guard bytes.count == size else { throw Problem("cannot read \(path)") }
    return bytes
  }
}
