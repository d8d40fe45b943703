import Bytes
import ChargerEvents
import Quantities

/// A 64-bit name under which a session can be found again. Different sessions may share one by
/// chance, so whoever looks up compares the full text too.
public struct SessionKey: Hashable, Sendable {
  public var rawValue: UInt64

  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// The key of a transaction id: of the station's own in 2.x, of the back end's in 1.6.
  static func transaction(_ text: String, station: StationID) -> SessionKey {
    var hash = StableHash64()
    hash.combine(UInt64(station.rawValue) << 8 | 1)
    hash.combine(text: text)
    return SessionKey(rawValue: hash.value)
  }

  /// The same key from a text that still lies in its frame.
  static func transaction(_ text: FrameText, station: StationID) -> SessionKey {
    var hash = StableHash64()
    hash.combine(UInt64(station.rawValue) << 8 | 1)
    hash.combine(sized: text.utf8)
    return SessionKey(rawValue: hash.value)
  }

  /// The key of a name that records of whole sessions share.
  static func record(_ name: String, station: StationID) -> SessionKey {
    var hash = StableHash64()
    hash.combine(UInt64(station.rawValue) << 8 | 4)
    hash.combine(text: name)
    return SessionKey(rawValue: hash.value)
  }

  /// A 1.6 session whose start may still come: no other session takes this name away.
  static func lostStart(openedAt position: UInt64, station: StationID) -> SessionKey {
    var hash = StableHash64()
    hash.combine(UInt64(station.rawValue) << 8 | 5)
    hash.combine(position)
    return SessionKey(rawValue: hash.value)
  }

  /// The content of a 1.6 start by which a retry is known: connector, token, time, register.
  ///
  /// A time that cannot be right (a charger without a clock says 1970 each time) tells nothing
  /// apart, so the time of receipt takes its place.
  static func start(
    _ event: TransactionStarted, receivedAt: Instant, station: StationID
  ) -> SessionKey {
    var hash = StableHash64()
    hash.combine(UInt64(station.rawValue) << 8 | 2)
    hash.combine(UInt64(bitPattern: Int64(event.connector)))
    if let token = event.token { hash.combine(sized: token.utf8) }
    hash.combine(event.at, receivedAt: receivedAt)
    hash.combine(event.meterStart)
    return SessionKey(rawValue: hash.value)
  }

  /// The content of a 1.6 stop by which a retry is known: time and register. Its id is compared
  /// afterwards, because a station may send one stop with two.
  static func stop(at time: Instant, meterStop: Energy?, station: StationID) -> SessionKey {
    var hash = StableHash64()
    hash.combine(UInt64(station.rawValue) << 8 | 3)
    hash.combine(UInt64(bitPattern: time.millisecondsSinceEpoch))
    hash.combine(meterStop)
    return SessionKey(rawValue: hash.value)
  }
}

extension StableHash64 {
  /// Adds the station's time if it can be right, else the time of receipt, told apart.
  mutating func combine(_ time: Instant?, receivedAt: Instant) {
    let own = time.flatMap { SessionPolicy.isCredible($0, receivedAt: receivedAt) ? $0 : nil }
    combine(own == nil ? 0 : 1)
    combine(UInt64(bitPattern: (own ?? receivedAt).millisecondsSinceEpoch))
  }

  mutating func combine(_ energy: Energy?) {
    combine(energy == nil ? 0 : 1)
    combine(UInt64(bitPattern: energy?.milliwattHours ?? 0))
  }
}
