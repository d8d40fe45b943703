/// The SplitMix64 generator (Steele, Lea and Flood 2014): 64 bits of state, the same numbers on
/// every machine. It is not meant for secrets.
///
/// Draws are made here and not by the standard library, whose algorithms may change between
/// releases and with them the bytes of every trace.
struct SplitMix64: Sendable {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// A generator for one of many numbered streams under one seed.
  init(seed: UInt64, stream: Int) {
    var mixer = SplitMix64(seed: seed)
    let base = mixer.next()
    self.init(seed: base ^ (UInt64(truncatingIfNeeded: stream) &* 0xD134_2543_DE82_EF95))
    _ = next()
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  /// A number from 0 up to but not including `bound`, which is above 0. The bias of the
  /// multiplication is below `bound` / 2^64 and does not matter here.
  mutating func below(_ bound: Int64) -> Int64 {
    Int64(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// A number of `range`, which is not empty.
  mutating func within(_ range: ClosedRange<Int64>) -> Int64 {
    range.lowerBound + below(range.upperBound - range.lowerBound + 1)
  }

  /// Whether an event of `parts` in `whole` happens.
  mutating func chance(_ parts: Int64, in whole: Int64) -> Bool { below(whole) < parts }

  /// One of `choices`, which are not empty.
  mutating func pick<Choice>(_ choices: [Choice]) -> Choice {
    choices[Int(below(Int64(choices.count)))]
  }

  /// A random UUID (RFC 9562, version 4) as its two halves.
  mutating func uuid() -> (high: UInt64, low: UInt64) {
    (next() & ~0xF000 | 0x4000, next() & ~(3 << 62) | (1 << 63))
  }
}
