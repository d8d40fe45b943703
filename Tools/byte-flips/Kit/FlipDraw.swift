import TestSupport

/// Changes that a seed draws: the same seed draws the same places of the same ledger.
public struct FlipDraw {
  private var random: SplitMix64

  public init(seed: UInt64) { random = SplitMix64(seed: seed) }

  /// Changes `count` bytes of all files of a ledger, one at a time. Larger files get more.
  public func flip(
    _ count: Int, of ledger: SampleLedger, onFile: (String, Int) -> Void = { _, _ in }
  ) throws -> FlipTally {
    var random = self.random
    var tally = FlipTally()
    let sizes = try ledger.files.map { ($0, try FlippedFile($0, of: ledger).byteCount) }
    let total = sizes.reduce(0) { $0 + $1.1 }
    for (name, size) in sizes {
      let file = try FlippedFile(name, of: ledger)
      onFile(name, size)
      for _ in 0..<max(20, count * size / max(1, total)) {
        let offset = Int.random(in: 0..<size, using: &random)
        try file.flip(offset, xor: UInt8.random(in: 1...255, using: &random), &tally)
      }
    }
    return tally
  }
}
