/// The offsets of one IANA time zone as a table of transitions: pure data, the same on every
/// machine for ever once it is in the log.
public struct TimeZoneTable: Hashable, Sendable {
  /// The IANA name, `Europe/Berlin`.
  public var name: String

  public init(name: String) { self.name = name }
}
