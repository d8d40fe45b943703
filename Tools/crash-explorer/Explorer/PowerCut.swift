import Bytes
import Glibc

/// A random number generator whose whole state is its seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0xD129_0F6B_5C8D_4E21 }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func below(_ bound: Int) -> Int { Int(truncatingIfNeeded: next() % UInt64(bound)) }

  mutating func element<T>(_ elements: [T]) -> T { elements[below(elements.count)] }
}

/// Which of the changes that were not synced a power cut has kept. Drawn from a seed.
struct PowerCut {
  /// How one kind of change survives.
  enum Survival {
    case none, all
    /// In the order in which they were made, up to a point.
    case prefix(through: Int)
    /// Each by itself, in so many cases of 16.
    case each(sixteenths: Int)
  }

  /// A disk writes so much whole.
  static let sectorBytes = 512
  private static let pageBytes = 4096

  private var random: SeededGenerator
  private let content: Survival
  private let names: Survival
  /// The unit in which a write is torn.
  private let tearBytes: Int

  /// - Parameter clocks: the changes that a prefix may end at, the oldest and the newest.
  init(seed: UInt64, clocks: ClosedRange<Int>) {
    var random = SeededGenerator(seed: seed)
    func survival() -> Survival {
      switch random.below(16) {
      case 0: random.below(2) == 0 ? .none : .all
      case 1, 2: .prefix(through: clocks.lowerBound + random.below(clocks.count))
      default: .each(sixteenths: random.element([2, 4, 8, 12, 14]))
      }
    }
    content = survival()
    names = survival()
    tearBytes = random.element([Self.sectorBytes, Self.sectorBytes, Self.pageBytes, .max])
    self.random = random
  }

  private mutating func keeps(_ clock: Int, _ survival: Survival) -> Bool {
    switch survival {
    case .none: false
    case .all: true
    case .prefix(let last): clock <= last
    case .each(let sixteenths): random.below(16) < sixteenths
    }
  }

  /// The names that a directory has afterwards.
  mutating func names(of directory: Directory) -> Directory.Names {
    var result = directory.durable
    for change in directory.pending where keeps(change.clock, names) {
      for (name, node) in change.names { result[name] = node }
    }
    return result
  }

  /// What a file holds afterwards, written into `result`.
  mutating func content(of file: File, into result: ByteBuffer) {
    result.replace(with: file.durable)
    for pending in file.pending {
      switch pending.change {
      case .truncate(let length):
        if pending.isSettled || keeps(pending.clock, content) { result.truncate(to: length) }
      case .write(let offset, let bytes):
        if pending.isSettled {
          result.write(bytes, at: offset)
        } else {
          tear(bytes, offset, pending.clock, into: result)
        }
      }
    }
    if file.isMapped { scramble(result) }
  }

  /// Writes those pieces of a write that were kept. A piece ends where a sector of the file does.
  private mutating func tear(
    _ bytes: UnsafeRawBufferPointer, _ offset: Int, _ clock: Int, into result: ByteBuffer
  ) {
    var start = 0
    while start < bytes.count {
      let left = tearBytes - (offset + start) % tearBytes
      let end = left < bytes.count - start ? start + left : bytes.count
      if keeps(clock, content) || isLastOfPrefix(clock) {
        result.write(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), at: offset + start)
      } else if random.below(4) == 0, offset + end > result.count {
        // The file has grown, and what was to be there has not come.
        result.truncate(to: offset + end)
      }
      start = end
    }
  }

  /// The write behind the last whole one of a prefix may be there in parts.
  private mutating func isLastOfPrefix(_ clock: Int) -> Bool {
    guard case .prefix(let last) = content, clock == last + 1 else { return false }
    return random.below(2) == 0
  }

  /// Memory is written back whenever the system likes: LMDB's lock file holds anything, or zeros.
  private mutating func scramble(_ result: ByteBuffer) {
    let kind = random.below(4)
    guard kind > 0, result.count > 0 else { return }
    var word = kind == 1 ? 0 : random.next()
    for page in stride(from: 0, to: result.count, by: Self.sectorBytes)
    where kind < 3 || random.below(2) == 0 {
      withUnsafeBytes(of: &word) { result.write($0, at: min(page, max(0, result.count - 8))) }
    }
  }
}

/// Makes what a power cut has left: in memory only, to know it again, or in a directory.
struct Image {
  private var cut: PowerCut
  private let hasModels: Bool
  private let content = ByteBuffer()
  /// Equal for images that are equal but for the content of mapped files.
  private(set) var fingerprint: UInt64 = 0

  /// - Parameter hasModels: read models are left out where nothing is asked of them.
  init(_ cut: PowerCut, hasModels: Bool) {
    self.cut = cut
    self.hasModels = hasModels
  }

  /// Without a path nothing is written.
  mutating func make(_ directory: Directory, at path: String?) throws {
    if let path, mkdir(path, 0o700) != 0 {
      throw Problem("cannot make \(path): \(systemError())")
    }
    // In order of names: the seed must always draw the same image.
    for (name, node) in cut.names(of: directory).sorted(by: { $0.key < $1.key }) {
      let child = path.map { $0 + "/" + name }
      mix(name.utf8.reduce(0) { $0 &* 31 &+ UInt64($1) })
      switch node {
      case .directory(let directory):
        if hasModels || name != Disk.models { try make(directory, at: child) }
      case .file(let file):
        cut.content(of: file, into: content)
        mix(UInt64(content.count))
        // Any garbage in a mapped file would make an image different from all others.
        if !file.isMapped { mix(UInt64(CRC32C.checksum(content.contents))) }
        if let child { try write(to: child) }
      }
    }
    mix(1)
  }

  private func write(to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
    guard descriptor >= 0 else { throw Problem("cannot create \(path): \(systemError())") }
    defer { close(descriptor) }
    let bytes = content.contents
    guard Glibc.write(descriptor, bytes.baseAddress, bytes.count) == bytes.count else {
      throw Problem("cannot write \(path): \(systemError())")
    }
  }

  private mutating func mix(_ value: UInt64) {
    var generator = SeededGenerator(seed: fingerprint ^ value)
    fingerprint = generator.next()
  }
}
