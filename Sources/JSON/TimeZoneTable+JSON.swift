import Quantities

extension JSONWriter {
  /// The members of an object that holds the table of a time zone, but for its name.
  ///
  /// Transitions are pairs of seconds: since the epoch, and east of UTC from then on.
  public mutating func writeMembers(of zone: TimeZoneTable) {
    member("offset_before_first", zone.offsetBeforeFirst)
    array("transitions") { writer in
      for transition in zone.transitions {
        writer.array { writer in
          writer.integer(transition.at.millisecondsSinceEpoch / 1000)
          writer.integer(transition.offsetSeconds)
        }
      }
    }
    member("tzdata_version", zone.tzdataVersion)
  }
}

extension TimeZoneTable {
  /// Reads what ``JSONWriter/writeMembers(of:)`` wrote.
  public init(name: String, _ reader: JSONReader) throws(JSONPathError) {
    let greatest = Int64(TimeZoneTable.greatestOffsetSeconds)
    let offsets = -greatest...greatest
    let range = Instant.formattableRange
    let seconds =
      range.lowerBound.millisecondsSinceEpoch / 1000...range.upperBound.millisecondsSinceEpoch
      / 1000
    var transitions: [Transition] = []
    for pair in try reader.required("transitions").elements() {
      let numbers = try pair.elements()
      guard numbers.count == 2 else { throw pair.error("expected two numbers of seconds") }
      transitions.append(
        Transition(
          at: Instant(millisecondsSinceEpoch: try numbers[0].int(in: seconds) * 1000),
          offsetSeconds: Int(try numbers[1].int(in: offsets))))
    }
    let version = try reader.required("tzdata_version").string()
    let before = try reader.required("offset_before_first").int(in: offsets)
    do {
      try self.init(
        name: name, tzdataVersion: version, offsetBeforeFirst: Int(before),
        transitions: transitions)
    } catch {
      throw reader.error(error.description)
    }
  }
}
