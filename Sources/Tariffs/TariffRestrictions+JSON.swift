import JSON
import Quantities

extension TariffRestrictions {
  static func read(
    _ reader: JSONReader, notes: inout [PricingNote]
  ) throws(JSONPathError) -> TariffRestrictions {
    var result = TariffRestrictions()
    result.startTime = try reader.optional("start_time")?.timeOfDay()
    result.endTime = try reader.optional("end_time")?.timeOfDay()
    result.startDate = try reader.optional("start_date")?.date()
    result.endDate = try reader.optional("end_date")?.date()
    for day in try reader.optionalElements("day_of_week") {
      result.daysOfWeek.insert(try day.choice(weekdays))
    }
    try result.readQuantities(reader)
    result.reservation = try reader.optional("reservation")?.enumeration(
      ReservationRestriction.self)
    result.noteEmptyRanges(at: reader.path, notes: &notes)
    notes += reader.notesOnUnknownKeys(besides: knownKeys)
    return result
  }

  private static let knownKeys: Set = [
    "start_time", "end_time", "start_date", "end_date", "min_kwh", "max_kwh", "min_current",
    "max_current", "min_power", "max_power", "min_duration", "max_duration", "day_of_week",
    "reservation",
  ]

  private static let weekdays: [(String, Weekday)] = [
    ("MONDAY", .monday), ("TUESDAY", .tuesday), ("WEDNESDAY", .wednesday),
    ("THURSDAY", .thursday), ("FRIDAY", .friday), ("SATURDAY", .saturday), ("SUNDAY", .sunday),
  ]

  private mutating func readQuantities(_ reader: JSONReader) throws(JSONPathError) {
    func quantity(_ key: String, decimals: Int) throws(JSONPathError) -> Int64? {
      try reader.optional(key)?.decimal(decimals, in: 0 ... .max)
    }
    minEnergy = try quantity("min_kwh", decimals: 6).map(Energy.init(milliwattHours:))
    maxEnergy = try quantity("max_kwh", decimals: 6).map(Energy.init(milliwattHours:))
    minCurrent = try quantity("min_current", decimals: 3).map(Current.init(milliamperes:))
    maxCurrent = try quantity("max_current", decimals: 3).map(Current.init(milliamperes:))
    minPower = try quantity("min_power", decimals: 6).map(Power.init(milliwatts:))
    maxPower = try quantity("max_power", decimals: 6).map(Power.init(milliwatts:))
    minDurationSeconds = try quantity("min_duration", decimals: 0)
    maxDurationSeconds = try quantity("max_duration", decimals: 0)
  }

  /// Limits that leave nothing between them: the element can never apply.
  private func noteEmptyRanges(at path: String, notes: inout [PricingNote]) {
    func note<Value: Comparable>(_ name: String, _ low: Value?, _ high: Value?) {
      guard let low, let high, high <= low else { return }
      notes.append(
        PricingNote(
          .ineffective,
          "\(path): the \(name) restrictions leave nothing between them, so the element never "
            + "applies"))
    }
    note("kwh", minEnergy, maxEnergy)
    note("current", minCurrent, maxCurrent)
    note("power", minPower, maxPower)
    note("duration", minDurationSeconds, maxDurationSeconds)
    note("date", startDate, endDate)
  }
}

extension JSONReader {
  fileprivate func timeOfDay() throws(JSONPathError) -> TimeOfDay {
    let text = try string()
    guard let time = TimeOfDay(text) else {
      throw error("\"\(text)\" is not a time of day; write 00:00 to 23:59")
    }
    return time
  }

  fileprivate func date() throws(JSONPathError) -> CivilDate {
    let text = try string()
    guard text.utf8.count == 10, let date = CivilDate(text) else {
      throw error("\"\(text)\" is not a date; write it as 2024-01-31")
    }
    return date
  }
}
