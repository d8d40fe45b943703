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
  /// By far the most states come of the smallest pieces.
  private static let tears = [sectorBytes, sectorBytes, sectorBytes, sectorBytes, pageBytes, .max]

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
    tearBytes = random.element(Self.tears)
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
