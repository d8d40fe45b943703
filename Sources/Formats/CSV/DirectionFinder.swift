import Bytes
import EventLog
import OCPP

/// Finds the direction of frames in a log that does not tell it (SEMANTICS 8): a CALL's from its
/// action, a response's from the CALL that it answers.
///
/// What that does not settle is guessed: DataTransfer, unknown actions and broken frames come from
/// the station; a response whose CALL is not in the log goes to it, because stations send by far
/// the most CALLs.
struct DirectionFinder {
  /// How many CALLs without a response are remembered; the oldest are forgotten first.
  static let pendingLimit = 1 << 18

  private struct Pending {
    var direction: Direction
    var number: Int
  }

  private var pending: [UInt64: Pending] = [:]
  /// The keys of the last CALLs, as a ring.
  private var recent: [UInt64] = []
  private var callCount = 0

  /// The direction of a frame of `station`, and whether it is a guess. Frames come in the order of
  /// the log; `header` is nil for what is no frame, `known` what the log says itself.
  mutating func direction(
    of header: FrameHeader?, station: UnsafeRawBufferPointer, known: Direction?
  ) -> (direction: Direction, isGuess: Bool) {
    guard let header else { return (known ?? .fromStation, known == nil) }
    var hash = StableHash64()
    hash.combine(sized: station)
    hash.combine(header.messageID)
    let key = hash.value
    guard let action = header.action else {
      if let call = pending.removeValue(forKey: key) {
        return (known ?? (call.direction == .toStation ? .fromStation : .toStation), false)
      }
      return (known ?? .toStation, known == nil)
    }
    let sender = FrameActions.sender(ofAction: action)
    let direction = known ?? (sender == .backEnd ? .toStation : .fromStation)
    if header.type == .call { remember(key, direction) }
    return (direction, known == nil && sender == .unknown)
  }

  private mutating func remember(_ key: UInt64, _ direction: Direction) {
    let slot = callCount % Self.pendingLimit
    if slot < recent.count {
      let oldest = recent[slot]
      if let call = pending[oldest], call.number == callCount - Self.pendingLimit {
        pending.removeValue(forKey: oldest)
      }
      recent[slot] = key
    } else {
      recent.append(key)
    }
    pending[key] = Pending(direction: direction, number: callCount)
    callCount += 1
  }
}
