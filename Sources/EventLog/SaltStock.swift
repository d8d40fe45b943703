import Bytes

/// Random bytes kept in stock: the generator is asked once for many events.
struct SaltStock {
  private var salts: [Salt] = []

  /// Sixteen random bytes that nothing else has seen.
  mutating func next() -> Salt {
    if let salt = salts.popLast() { return salt }
    salts = Array(repeating: Salt(low: 0, high: 0), count: Self.saltsInStock)
    salts.withUnsafeMutableBytes { fillRandomly($0) }
    return salts.removeLast()
  }

  /// One call of the generator makes 4 KiB.
  private static let saltsInStock = 256
}
