import Bytes
import ChargerEvents
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
  static let openCallLimit = 1 << 18

  private struct OpenCall {
    var direction: Direction
    var number: Int
  }

  /// By the hash of the action.
  private let initiators: [UInt64: StandardAction.Initiator]
  /// By the hash of station and message id. A collision costs a wrong guess, and would need 2³²
  /// open calls.
  private var openCalls: [UInt64: OpenCall] = [:]
  /// The keys of the last CALLs, as a ring.
  private var recent: [UInt64] = []
  private var callCount = 0

  init() {
    var initiators: [UInt64: StandardAction.Initiator] = [:]
    for (name, action) in StandardAction.all {
      var name = name
      let hash = name.withUTF8 { StableHash64.hash(UnsafeRawBufferPointer($0)) }
      initiators[hash] = action.initiator
    }
    self.initiators = initiators
  }

  /// The direction of a frame of `station`, and whether it is a guess. Frames come in the order of
  /// the log; `header` is nil for what is no frame, `known` what the log says itself.
  mutating func direction(
    of header: FrameHeader?, station: UnsafeRawBufferPointer, known: Direction?
  ) -> (direction: Direction, isGuess: Bool) {
    guard let header else { return (known ?? .fromStation, known == nil) }
    var hash = StableHash64()
    hash.combine(sized: station)
    hash.combine(header.messageID.utf8)
    if header.messageType == .call || header.messageType == .send {
      let initiator = header.action.flatMap { initiators[StableHash64.hash($0.utf8)] }
      let direction = known ?? (initiator == .csms ? .toStation : .fromStation)
      if header.messageType == .call { remember(hash.value, direction) }
      return (direction, known == nil && initiator != .csms && initiator != .station)
    }
    guard let call = openCalls.removeValue(forKey: hash.value) else {
      return (known ?? .toStation, known == nil)
    }
    return (known ?? (call.direction == .toStation ? .fromStation : .toStation), false)
  }

  private mutating func remember(_ key: UInt64, _ direction: Direction) {
    let slot = callCount % Self.openCallLimit
    if slot < recent.count {
      let oldest = recent[slot]
      if openCalls[oldest]?.number == callCount - Self.openCallLimit { openCalls[oldest] = nil }
      recent[slot] = key
    } else {
      recent.append(key)
    }
    openCalls[key] = OpenCall(direction: direction, number: callCount)
    callCount += 1
  }
}
