import ChargerEvents
import Quantities

/// A 32-bit hash of what a 2.x event says, the same on every machine: copies are told from conflicts
/// by it, and conflicts are settled by it. It mixes whole words, so it costs little beside decoding.
struct ContentHash {
  private var state: UInt64 = 0x9e37_79b9_7f4a_7c15

  static func of(
    _ event: TransactionEvent, _ samples: UnsafeBufferPointer<MeterReading>
  ) -> UInt32 {
    var hash = ContentHash()
    hash.combine(Int64(event.kind.rawValue))
    hash.combine(event.at?.millisecondsSinceEpoch)
    hash.combine(event.evse.map { Int64($0) })
    hash.combine(event.connector.map { Int64($0) })
    hash.combine(event.chargingState.map { Int64($0.rawValue) })
    hash.combine(event.token)
    hash.combine(event.stoppedReason)
    for sample in samples { hash.combine(sample) }
    return UInt32(truncatingIfNeeded: hash.state >> 32)
  }

  private mutating func combine(_ word: UInt64) {
    state = (state ^ word) &* 0xbf58_476d_1ce4_e5b9
    state ^= state >> 29
  }

  private mutating func combine(_ value: Int64?) {
    combine(UInt64(bitPattern: value ?? 0x5bd1_e995))
  }

  private mutating func combine(_ text: FrameText?) {
    guard let text else { return combine(UInt64.max) }
    combine(UInt64(text.utf8.count))
    for byte in text.utf8 { combine(UInt64(byte)) }
  }

  private mutating func combine(_ sample: MeterReading) {
    combine(sample.at?.millisecondsSinceEpoch)
    combine(Int64(sample.context.rawValue))
    combine(sample.importRegister?.milliwattHours)
    combine(sample.importInterval?.milliwattHours)
    combine(sample.power?.milliwatts)
    combine(sample.current?.milliamperes)
    combine(sample.stateOfChargePercent.map { Int64($0) })
  }
}
