import JSON
import Quantities
import Sessions

extension Correction {
  /// The fact as the body of its event: keys sorted, without white space
  /// (`Schemas/correction.schema.json`).
  public var body: [UInt8] {
    var json = JSONWriter()
    json.object { json in write(to: &json) }
    return json.bytes
  }

  /// Writes its members.
  public func write(to json: inout JSONWriter) {
    json.member("author", author)
    json.member("change", change.name)
    if let effectiveAt { json.member("effective_at", effectiveAt.rfc3339) }
    json.member("reason", reason)
    switch change {
    case .token(let id, let token):
      json.member("session", id.description)
      json.member("token", token)
    case .meter(let exchange):
      json.member("at", exchange.at.rfc3339)
      json.member("connector", exchange.connector)
      if let evse = exchange.evse { json.member("evse", evse) }
      json.member("register_after_mwh", exchange.registerAfter.milliwattHours)
      json.member("register_before_mwh", exchange.registerBefore.milliwattHours)
      json.member("station", exchange.station)
    case .station(let exchange):
      json.member("at", exchange.at.rfc3339)
      json.member("new_station", exchange.new)
      json.member("old_station", exchange.old)
    case .merge(let ids):
      json.array("sessions") { json in for id in ids { json.string(id.description) } }
    case .split(let id, let time):
      json.member("at", time.rfc3339)
      json.member("session", id.description)
    case .void(let id):
      json.member("session", id.description)
    case .undo(let position):
      json.member("position", position)
    }
  }

  /// Reads the body of a correction.
  /// - Throws: ``JSON/JSONError`` or ``JSON/JSONPathError``, with the place of the first mistake.
  public init(body: UnsafeRawBufferPointer, parser: JSONParser) throws {
    try self.init(JSONReader(try parser.parse(body)))
  }

  private init(_ reader: JSONReader) throws(JSONPathError) {
    let kinds: [(String, (JSONReader) throws(JSONPathError) -> Change)] = [
      ("token", Change.token), ("meter", Change.meter), ("station", Change.station),
      ("merge", Change.merge), ("split", Change.split), ("void", Change.void),
      ("undo", Change.undo),
    ]
    let kind = try reader.required("change").choice(kinds.map { ($0.0, $0.0) })
    let known = Self.commonKeys.union(Self.keys[kind] ?? [])
    if let unknown = reader.unknownKeys(besides: known).first {
      // What this version does not know might turn the meaning round.
      throw JSONPathError(path: unknown, problem: "unknown key")
    }
    guard let read = kinds.first(where: { $0.0 == kind })?.1 else {
      throw reader.error("unknown change")
    }
    self.init(
      try read(reader), reason: try reader.required("reason").text(),
      author: try reader.required("author").text(),
      effectiveAt: try reader.optional("effective_at")?.moment())
  }

  private static let commonKeys: Set = ["author", "change", "effective_at", "reason"]

  private static let keys: [String: Set<String>] = [
    "token": ["session", "token"],
    "meter": [
      "at", "connector", "evse", "register_after_mwh", "register_before_mwh", "station",
    ],
    "station": ["at", "new_station", "old_station"],
    "merge": ["sessions"], "split": ["at", "session"], "void": ["session"], "undo": ["position"],
  ]
}

extension Correction.Change {
  fileprivate static func token(_ reader: JSONReader) throws(JSONPathError) -> Self {
    .token(
      try reader.required("session").sessionID(), token: try reader.optional("token")?.text())
  }

  fileprivate static func meter(_ reader: JSONReader) throws(JSONPathError) -> Self {
    let registers: ClosedRange<Int64> = 0...SessionPolicy.greatestRegisterMilliwattHours
    return .meter(
      MeterExchange(
        station: try reader.required("station").text(),
        evse: try reader.optional("evse")?.number(),
        connector: try reader.required("connector").number(),
        at: try reader.required("at").moment(),
        registerBefore: Energy(
          milliwattHours: try reader.required("register_before_mwh").int(in: registers)),
        registerAfter: Energy(
          milliwattHours: try reader.required("register_after_mwh").int(in: registers))))
  }

  fileprivate static func station(_ reader: JSONReader) throws(JSONPathError) -> Self {
    .station(
      StationExchange(
        old: try reader.required("old_station").text(),
        new: try reader.required("new_station").text(), at: try reader.required("at").moment()))
  }

  fileprivate static func merge(_ reader: JSONReader) throws(JSONPathError) -> Self {
    var ids: [SessionID] = []
    let list = try reader.required("sessions")
    for element in try list.elements() { ids.append(try element.sessionID()) }
    guard ids.count >= 2, Set(ids).count == ids.count else {
      throw list.error("expected two or more different sessions")
    }
    return .merge(ids)
  }

  fileprivate static func split(_ reader: JSONReader) throws(JSONPathError) -> Self {
    .split(try reader.required("session").sessionID(), at: try reader.required("at").moment())
  }

  fileprivate static func void(_ reader: JSONReader) throws(JSONPathError) -> Self {
    .void(try reader.required("session").sessionID())
  }

  fileprivate static func undo(_ reader: JSONReader) throws(JSONPathError) -> Self {
    .undo(position: UInt64(try reader.required("position").int(in: 1 ... .max)))
  }
}

extension JSONReader {
  /// A text that people can see, of at most 500 bytes.
  fileprivate func text() throws(JSONPathError) -> String {
    let text = try string()
    if text.utf8.allSatisfy({ $0 <= UInt8(ascii: " ") }) { throw error("must not be empty") }
    if text.utf8.count > 500 { throw error("must be at most 500 bytes long") }
    if text.utf8.contains(where: { $0 < UInt8(ascii: " ") || $0 == 0x7F }) {
      throw error("must not hold control characters")
    }
    return text
  }

  fileprivate func sessionID() throws(JSONPathError) -> SessionID {
    guard let id = SessionID(try string()) else {
      throw error("expected the 32 hexadecimal digits of a session id")
    }
    return id
  }

  fileprivate func moment() throws(JSONPathError) -> Instant {
    guard let instant = Instant(rfc3339: try string()) else {
      throw error("expected an RFC 3339 time with its offset")
    }
    return instant
  }

  fileprivate func number() throws(JSONPathError) -> Int32 {
    Int32(try int(in: 0...Int64(Int32.max)))
  }
}

extension Correction {
  /// Checks that the fact can be read back: its texts are neither empty nor too long.
  /// - Throws: ``JSON/JSONPathError``.
  public func checkTexts() throws {
    _ = try body.withUnsafeBytes { try Correction(body: $0, parser: JSONParser()) }
  }
}
