import JSON
import Quantities

extension TariffPublication {
  /// A publication of the tariff in a file, whose text is kept as it is.
  ///
  /// - Parameter notes: what reading the tariff gives, for the person who publishes it.
  /// - Throws: a mistake in the tariff with its path; one at `$` if it would be valid never or for
  ///   nothing.
  public init(
    tariffFile json: JSONValue, validFrom: Instant?, validTo: Instant?,
    assignments: [TariffTarget], notes: inout [PricingNote]
  ) throws(JSONPathError) {
    let reader = JSONReader(json)
    self.init(
      tariff: try Tariff.read(reader, notes: &notes), tariffJSON: Array(json.rawText),
      validFrom: validFrom, validTo: validTo, assignments: assignments)
    try checkUse(reader)
  }

  /// Reads the body of a tariff fact, as ``encoded()`` writes it.
  public init(json: JSONValue) throws(JSONPathError) {
    let reader = JSONReader(json)
    let tariffReader = try reader.required("tariff")
    var notes: [PricingNote] = []
    let assignmentsReader = try reader.required("assignments")
    var assignments: [TariffTarget] = []
    for element in try assignmentsReader.elements() {
      assignments.append(try TariffTarget.read(element))
    }
    self.init(
      tariff: try Tariff.read(tariffReader, notes: &notes),
      tariffJSON: Array(tariffReader.value.rawText),
      validFrom: try reader.optional("valid_from")?.instant(),
      validTo: try reader.optional("valid_to")?.instant(), assignments: assignments)
    try checkUse(reader)
  }

  /// Refuses a publication that could never price a session, or names a target twice.
  private func checkUse(_ reader: JSONReader) throws(JSONPathError) {
    guard validity != nil else {
      throw reader.error("the tariff is never valid: its end is not after its start")
    }
    guard !assignments.isEmpty else {
      throw reader.error("the tariff must be assigned to a site, station, connector or token group")
    }
    var seen: Set<TariffTarget> = []
    for target in assignments where !seen.insert(target).inserted {
      throw reader.error("the tariff is assigned to \(target) twice")
    }
  }

  /// The body of a tariff fact: `{"tariff", "valid_from", "valid_to", "assignments"}`. The same
  /// publication gives the same bytes.
  public func encoded() -> [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      writer.key("tariff")
      writer.raw(tariffJSON)
      writer.member("valid_from", validFrom?.rfc3339)
      writer.member("valid_to", validTo?.rfc3339)
      writer.array("assignments") { writer in
        for target in assignments { target.write(to: &writer) }
      }
    }
    return writer.bytes
  }
}

extension RepriceOrder {
  /// Reads the body of a reprice fact, as ``encoded()`` writes it.
  public init(json: JSONValue) throws(JSONPathError) {
    let reader = JSONReader(json)
    var targets: [TariffTarget] = []
    for element in try reader.optionalElements("targets") {
      targets.append(try TariffTarget.read(element))
    }
    let to = try reader.required("to")
    self.init(
      from: try reader.required("from").instant(), to: try to.instant(), targets: targets)
    guard from < self.to else { throw to.error("the range of starts is empty") }
  }

  /// The body of a reprice fact: `{"from", "to", "targets"}`.
  public func encoded() -> [UInt8] {
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("from", from.rfc3339)
      writer.member("to", to.rfc3339)
      writer.array("targets") { writer in
        for target in targets { target.write(to: &writer) }
      }
    }
    return writer.bytes
  }
}

extension TariffTarget {
  /// Reads one of `{"token_group"}`, `{"site"}`, or `{"station"}` with `evse` and `connector`.
  public static func read(_ reader: JSONReader) throws(JSONPathError) -> TariffTarget {
    if let unknown = reader.unknownKeys(besides: keys).first {
      throw JSONPathError(path: unknown, problem: "this key is not known")
    }
    let group = try reader.optional("token_group")?.name()
    let site = try reader.optional("site")?.name()
    let station = try reader.optional("station")?.name()
    let evse = try reader.optional("evse")?.number()
    let connector = try reader.optional("connector")?.number()
    switch (group, site, station, evse, connector) {
    case (let group?, nil, nil, nil, nil): return .tokenGroup(group)
    case (nil, let site?, nil, nil, nil): return .site(site)
    case (nil, nil, let station?, nil, nil): return .station(station)
    case (nil, nil, let station?, let evse?, nil): return .evse(station: station, evse: evse)
    case (nil, nil, let station?, let evse, let connector?):
      return .connector(station: station, evse: evse, connector: connector)
    default:
      throw reader.error(
        "name a token_group, or a site, or a station with or without evse and connector")
    }
  }

  private static let keys: Set = ["token_group", "site", "station", "evse", "connector"]

  func write(to writer: inout JSONWriter) {
    writer.object { writer in
      switch self {
      case .tokenGroup(let group): writer.member("token_group", group)
      case .site(let site): writer.member("site", site)
      case .station(let station): writer.member("station", station)
      case .evse(let station, let evse):
        writer.member("station", station)
        writer.member("evse", evse)
      case .connector(let station, let evse, let connector):
        writer.member("station", station)
        if let evse { writer.member("evse", evse) }
        writer.member("connector", connector)
      }
    }
  }
}

extension JSONReader {
  fileprivate func name() throws(JSONPathError) -> String {
    let text = try string()
    guard !text.isEmpty else { throw error("a name must not be empty") }
    return text
  }

  fileprivate func number() throws(JSONPathError) -> Int {
    Int(try int(in: 0...Int64(Int32.max)))
  }
}
