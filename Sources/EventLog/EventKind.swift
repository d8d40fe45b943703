/// What the body of an event is. Kinds are only added: a number never changes its meaning.
///
/// The log stores a kind that it does not know like any other.
public struct EventKind: RawRepresentable, Hashable, Sendable {
  /// As it is stored.
  public var rawValue: UInt8

  /// Any number: one that nobody knows is kept.
  public init(rawValue: UInt8) { self.rawValue = rawValue }
}

extension EventKind {
  /// An OCPP-J frame of version 1.6.
  public static let ocpp16 = Self(rawValue: 1)
  /// An OCPP-J frame of version 2.0.1.
  public static let ocpp201 = Self(rawValue: 2)
  /// An OCPP-J frame of version 2.1.
  public static let ocpp21 = Self(rawValue: 3)
  /// A frame of a version that is not known.
  public static let ocppUnknown = Self(rawValue: 4)
  /// A site was published.
  public static let siteFact = Self(rawValue: 16)
  /// A tariff was published.
  public static let tariffFact = Self(rawValue: 17)
  /// Token groups were published.
  public static let tokenFact = Self(rawValue: 18)
  /// Sessions are to be priced anew.
  public static let repriceFact = Self(rawValue: 19)
  /// A person corrected sessions, a meter or a station.
  public static let correctionFact = Self(rawValue: 20)
  /// Time went by and nothing else happened.
  public static let tick = Self(rawValue: 32)
  /// A charge detail record from elsewhere.
  public static let cdr = Self(rawValue: 48)
  /// A row of a table from elsewhere.
  public static let tableRow = Self(rawValue: 49)
  /// An OCPI Session from elsewhere.
  public static let ocpiSession = Self(rawValue: 50)
  /// How the rows of a table are to be read: in the control stream, before them.
  public static let tableMap = Self(rawValue: 51)

  /// Whether the body is what a charger or a back end sent over OCPP-J.
  public var isOCPPFrame: Bool { (1...4).contains(rawValue) }

  /// Whether the body is about a whole session, from somebody who has no frames.
  public var isSessionRecord: Bool { (48...50).contains(rawValue) }

  /// Whether people or systems added it, whenever that was: it tells nothing of how late it is where
  /// the chargers are.
  public var isFact: Bool { (16...31).contains(rawValue) || self == .tableMap }
}

/// Which way a frame went.
public enum Direction: UInt8, Sendable, Hashable, CaseIterable {
  /// Not a frame, or not known.
  case none = 0
  case fromStation = 1
  case toStation = 2
}

/// Marks on a record.
public struct RecordFlags: OptionSet, Hashable, Sendable {
  public var rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The source had no raw text: the frame was rebuilt from its parsed payload.
  public static let rebuiltFromPayload = Self(rawValue: 1 << 0)
  /// Reserved: the body was erased, and its commitment stands in its place.
  public static let bodyErased = Self(rawValue: 1 << 1)
  /// The source did not name the direction, and the frame did not settle it: it is a guess.
  public static let directionGuessed = Self(rawValue: 1 << 2)
}
