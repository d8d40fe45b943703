/// The offsets of one IANA time zone as a table of transitions: pure data, the same on every
/// machine for ever once it is in the log (SEMANTICS 13).
///
/// A table covers 2000 up to 2100. Before its first transition and after its last one the nearest
/// offset holds.
public struct TimeZoneTable: Hashable, Sendable {
  /// The IANA name, `Europe/Berlin`.
  public let name: String
  /// The release of the time zone database that it was made from, `2025b`.
  public let tzdataVersion: String
  /// Seconds east of UTC before the first transition.
  public let offsetBeforeFirst: Int
  /// Strictly increasing in time; each one changes the offset.
  public let transitions: [Transition]

  /// A change of the clocks.
  public struct Transition: Hashable, Sendable {
    /// The first instant with the new offset.
    public var at: Instant
    /// Seconds east of UTC from then on.
    public var offsetSeconds: Int

    @inlinable
    public init(at: Instant, offsetSeconds: Int) {
      self.at = at
      self.offsetSeconds = offsetSeconds
    }
  }

  /// The greatest distance from UTC that a table may hold, in seconds: 26 hours.
  public static let greatestOffsetSeconds = 93_600

  /// Makes a table of given transitions. Those that do not change the offset are left out.
  ///
  /// - Throws: ``TimeZoneTableError`` if the name is no zone name, an offset is out of range, or
  ///   the times are no whole seconds or do not increase.
  public init(
    name: String, tzdataVersion: String, offsetBeforeFirst: Int, transitions: [Transition]
  ) throws(TimeZoneTableError) {
    guard TimeZoneTable.isZoneName(name) else { throw .badName(name) }
    let offsets = -TimeZoneTable.greatestOffsetSeconds...TimeZoneTable.greatestOffsetSeconds
    guard offsets.contains(offsetBeforeFirst) else {
      throw .badTable(name, "the offset \(offsetBeforeFirst) s is beyond 26 hours")
    }
    var kept: [Transition] = []
    for (index, transition) in transitions.enumerated() {
      guard offsets.contains(transition.offsetSeconds) else {
        throw .badTable(name, "the offset of transition \(index) is beyond 26 hours")
      }
      guard index == 0 || transitions[index - 1].at < transition.at else {
        throw .badTable(name, "transition \(index) is not after the one before it")
      }
      guard transition.at.millisecondsSinceEpoch % 1000 == 0 else {
        throw .badTable(name, "transition \(index) is not at a whole second")
      }
      if transition.offsetSeconds != kept.last?.offsetSeconds ?? offsetBeforeFirst {
        kept.append(transition)
      }
    }
    self.init(
      uncheckedName: name, tzdataVersion: tzdataVersion, offsetBeforeFirst: offsetBeforeFirst,
      transitions: kept)
  }

  private init(
    uncheckedName name: String, tzdataVersion: String, offsetBeforeFirst: Int,
    transitions: [Transition]
  ) {
    self.name = name
    self.tzdataVersion = tzdataVersion
    self.offsetBeforeFirst = offsetBeforeFirst
    self.transitions = transitions
  }

  /// Coordinated Universal Time: no transitions, the same in every release.
  public static let utc = TimeZoneTable(
    uncheckedName: "UTC", tzdataVersion: "", offsetBeforeFirst: 0, transitions: [])

  /// Whether `name` could be the name of a zone: parts of ASCII letters, digits, `_`, `+` and `-`,
  /// separated by `/`, at most 64 bytes. In particular it is no path to elsewhere.
  public static func isZoneName(_ name: String) -> Bool {
    guard 1...64 ~= name.utf8.count else { return false }
    return name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      .allSatisfy { part in
        !part.isEmpty
          && part.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
              UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "+"),
              UInt8(ascii: "-"):
              true
            default: false
            }
          }
      }
  }
}

/// Why a time zone could not be had.
public enum TimeZoneTableError: Error, Hashable, Sendable {
  /// The text is no zone name.
  case badName(String)
  /// The system has no such zone; names that are spelt alike come along.
  case unknownZone(String, similar: [String])
  /// The system's time zone database is missing or cannot be read.
  case unreadable(path: String, errno: Int32)
  /// The file is damaged, or the table contradicts itself.
  case badTable(String, String)
}

extension TimeZoneTableError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .badName(let name):
      "\"\(name)\" is not a time zone name; give an IANA name such as Europe/Berlin"
    case .unknownZone(let name, let similar):
      "there is no time zone \"\(name)\""
        + (similar.isEmpty
          ? "; give an IANA name such as Europe/Berlin"
          : "; did you mean \(similar.joined(separator: " or "))?")
    case .unreadable(let path, let errno):
      "cannot read \(path) (errno \(errno)); install the package tzdata"
    case .badTable(let name, let reason):
      "the time zone \(name) is damaged: \(reason)"
    }
  }
}
