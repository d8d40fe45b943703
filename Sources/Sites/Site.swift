import Quantities

/// A site as a person publishes it: where stations stand, under which clock and which grid limit.
///
/// `Schemas/site.schema.json` describes the file. A ``SiteFact`` is what the log keeps of it.
public struct Site: Hashable, Sendable {
  /// Names the site for ever: 1 to 128 bytes.
  public var id: String
  public var name: String?
  /// The IANA time zone of its clocks, `Europe/Berlin`.
  public var timeZone: String
  /// ISO 3166-1, two or three upper-case letters.
  public var country: String?
  /// What the grid connection allows; nil if nobody said.
  public var capacity: Power?
  /// From when on this holds; a local time is one of the site's clocks. Nil: from its publication.
  public var effectiveFrom: Instant.Parsed?
  public var stations: [Station]

  public init(
    id: String, name: String? = nil, timeZone: String, country: String? = nil,
    capacity: Power? = nil, effectiveFrom: Instant.Parsed? = nil, stations: [Station] = []
  ) {
    self.id = id
    self.name = name
    self.timeZone = timeZone
    self.country = country
    self.capacity = capacity
    self.effectiveFrom = effectiveFrom
    self.stations = stations
  }

  /// A charging station that belongs to the site.
  public struct Station: Hashable, Sendable {
    /// The identity it connects with (OCPP: charge point identity): 1 to 128 bytes, exact case.
    public var id: String
    public var name: String?
    /// Empty if the file does not list them.
    public var connectors: [Connector]

    public init(id: String, name: String? = nil, connectors: [Connector] = []) {
      self.id = id
      self.name = name
      self.connectors = connectors
    }
  }

  /// A connector of a station.
  public struct Connector: Hashable, Sendable {
    /// From 1; nil where connectors are numbered through the station, as in OCPP 1.6.
    public var evse: Int32?
    /// From 1.
    public var connector: Int32
    public var maxPower: Power?
    /// What plug it is, in any words: `IEC_62196_T2_COMBO`.
    public var standard: String?

    public init(
      evse: Int32? = nil, connector: Int32, maxPower: Power? = nil, standard: String? = nil
    ) {
      self.evse = evse
      self.connector = connector
      self.maxPower = maxPower
      self.standard = standard
    }
  }
}
