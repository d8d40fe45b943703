import Glibc

/// The files of the watched directory as the running program sees them, together with what of it a
/// power cut must leave and what it may take.
///
/// The model is in `docs/decisions/0018-crash-states.md`.
struct Disk {
  private(set) var root = Directory()
  private var nodes: [UInt64: Node] = [:]
  /// Numbers the changes, in order.
  private var clock = 0

  /// What an inode is. Each has a part that lasts and changes that may be lost.
  enum Node {
    case file(File)
    case directory(Directory)
  }

  mutating func apply(_ operation: Operation) throws {
    clock += 1
    switch operation {
    case .root(let inode):
      nodes[inode] = .directory(root)
    case .create(let inode, let path):
      try add(.file(File()), inode: inode, path: path)
    case .makeDirectory(let inode, let path):
      try add(.directory(Directory()), inode: inode, path: path)
    case .write(let inode, let offset, let bytes):
      try file(inode).change(.write(offset: offset, bytes: bytes), clock)
    case .truncate(let inode, let length):
      try file(inode).change(.truncate(length: length), clock)
    case .settle(let inode):
      try file(inode).settleLast()
    case .map(let inode):
      try file(inode).isMapped = true
    case .sync(let inode):
      switch nodes[inode] {
      case .file(let file): file.sync()
      case .directory(let directory): directory.sync()
      case nil: throw Problem("a sync of an unknown file")
      }
    case .rename(let from, let to):
      try rename(from, to)
    case .unlink(let path), .removeDirectory(let path):
      let (directory, name) = try parent(of: path)
      directory.change([(name, nil)], clock)
    case .link(let from, let to):
      let (directory, name) = try parent(of: to)
      directory.change([(name, try node(at: from))], clock)
    case .acknowledge, .calls, .output:
      clock -= 1
    }
  }

  /// The directory of read models in a ledger.
  static let models = "models"

  /// The changes that a power cut may take.
  func undecided(withModels: Bool) -> [Undecided] {
    root.undecided(without: withModels ? nil : Self.models)
  }

  private mutating func add(_ node: Node, inode: UInt64, path: Substring) throws {
    nodes[inode] = node
    let (directory, name) = try parent(of: path)
    directory.change([(name, node)], clock)
  }

  private func rename(_ from: Substring, _ to: Substring) throws {
    let (directory, name) = try parent(of: from)
    let (other, newName) = try parent(of: to)
    // One change of one directory is whole or not there. Over two it would need a journal here.
    guard directory === other else { throw Problem("a rename from one directory to another") }
    directory.change([(name, nil), (newName, try node(at: from))], clock)
  }

  private func file(_ inode: UInt64) throws -> File {
    guard case .file(let file)? = nodes[inode] else { throw Problem("a write to an unknown file") }
    return file
  }

  private func parent(of path: Substring) throws -> (Directory, String) {
    var parts = path.split(separator: "/").filter { $0 != "." }
    guard let name = parts.popLast() else { throw Problem("an operation on the root itself") }
    var directory = root
    for part in parts {
      guard case .directory(let next)? = directory.names[String(part)] else {
        throw Problem("\(path) is in an unknown directory")
      }
      directory = next
    }
    return (directory, String(name))
  }

  private func node(at path: Substring) throws -> Node {
    let (directory, name) = try parent(of: path)
    guard let node = directory.names[name] else { throw Problem("\(path) is not known") }
    return node
  }
}

/// The content of a file.
final class File {
  enum Change {
    case write(offset: Int, bytes: UnsafeRawBufferPointer)
    case truncate(length: Int)
  }

  /// A change since the last sync.
  struct Pending {
    var change: Change
    /// Its place in the order of all changes.
    var clock: Int
    /// Whether it was written through.
    var isSettled = false
  }

  private(set) var durable = ByteBuffer()
  private(set) var pending: [Pending] = []
  /// The program writes to it through memory: any of its bytes may be anything.
  var isMapped = false

  func change(_ change: Change, _ clock: Int) {
    pending.append(Pending(change: change, clock: clock))
  }

  func settleLast() {
    guard let last = pending.indices.last else { return }
    pending[last].isSettled = true
    if pending.allSatisfy(\.isSettled) { sync() }
  }

  var undecided: [Undecided] {
    pending.map { each in
      guard case .write(_, let bytes) = each.change, !each.isSettled else {
        return Undecided(clock: each.clock, parts: 1)
      }
      return Undecided(clock: each.clock, parts: bytes.count / PowerCut.sectorBytes + 1)
    }
  }

  func sync() {
    for each in pending {
      switch each.change {
      case .write(let offset, let bytes): durable.write(bytes, at: offset)
      case .truncate(let length): durable.truncate(to: length)
      }
    }
    pending.removeAll(keepingCapacity: true)
  }
}

/// The names in a directory.
final class Directory {
  typealias Names = [String: Disk.Node]

  /// A change since the last sync: names that get a new meaning, or none, all at once.
  struct Pending {
    var names: [(name: String, node: Disk.Node?)]
    var clock: Int
  }

  /// As the program sees it.
  private(set) var names: Names = [:]
  private(set) var durable: Names = [:]
  private(set) var pending: [Pending] = []

  func change(_ changes: [(name: String, node: Disk.Node?)], _ clock: Int) {
    for (name, node) in changes { names[name] = node }
    pending.append(Pending(names: changes, clock: clock))
  }

  func sync() {
    durable = names
    pending.removeAll()
  }

  /// The changes, in here or below, that may be lost; directories called `excluded` are left out.
  func undecided(without excluded: String?) -> [Undecided] {
    names.reduce(into: pending.map { Undecided(clock: $0.clock, parts: 1) }) { all, entry in
      switch entry.value {
      case .file(let file): all += file.undecided
      case .directory(let directory):
        if entry.key != excluded { all += directory.undecided(without: excluded) }
      }
    }
  }
}

/// A change that a power cut may take.
struct Undecided {
  /// Its place in the order of all changes.
  var clock: Int
  /// In how many parts it can be lost.
  var parts: Int
}

/// Bytes that grow, in memory of their own: fast in debug builds too.
final class ByteBuffer {
  private(set) var count = 0
  private var memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 1)

  deinit { memory.deallocate() }

  var contents: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[..<count]) }

  /// Forgets everything and takes a copy of `other`.
  func replace(with other: ByteBuffer) {
    count = 0
    write(other.contents, at: 0)
  }

  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
    guard let source = bytes.baseAddress else { return }
    let end = offset + bytes.count
    if offset > count { truncate(to: offset) }
    reserve(end)
    memcpy(memory.baseAddress! + offset, source, bytes.count)  // Never empty.
    count = max(count, end)
  }

  /// A gap reads as zeros.
  func truncate(to length: Int) {
    reserve(length)
    if length > count { memset(memory.baseAddress! + count, 0, length - count) }  // Never empty.
    count = length
  }

  private func reserve(_ length: Int) {
    guard length > memory.count else { return }
    let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: length * 2, alignment: 1)
    larger.copyMemory(from: contents)
    memory.deallocate()
    memory = larger
  }
}
