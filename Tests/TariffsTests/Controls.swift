import JSON
import Quantities
import Testing

@testable import Tariffs

/// Reads a tariff with the given elements; `more` are further members of the tariff.
func tariff(_ elements: String..., more: String = "") throws -> Tariff {
  try readTariff(
    """
    {"country_code": "DE", "party_id": "WLE", "id": "T1", "currency": "EUR", \(more)
     "elements": [\(elements.joined(separator: ","))], "last_updated": "2024-01-01T00:00:00Z"}
    """
  ).tariff
}

/// Reads a tariff's text, with the notes it gives.
func readTariff(_ json: String) throws -> (tariff: Tariff, notes: [PricingNote]) {
  var notes: [PricingNote] = []
  let tariff = try JSONParser().withParsed(utf8: json.utf8) { value throws(JSONPathError) in
    try Tariff.read(JSONReader(value), notes: &notes)
  }
  return (tariff, notes)
}

/// An element's text. A component is `TYPE price/step` or `TYPE price/step +vat`.
func element(_ components: String..., when restrictions: String = "") -> String {
  let parts = components.map { text in
    let words = text.split(separator: " ")
    let price = words[1].split(separator: "/")
    let vat = words.count > 2 ? #", "vat": \#(words[2].dropFirst())"# : ""
    return #"{"type": "\#(words[0])", "price": \#(price[0]), "step_size": \#(price[1])\#(vat)}"#
  }
  return """
    {"price_components": [\(parts.joined(separator: ","))], "restrictions": {\(restrictions)}}
    """
}

/// A part of a session for ``usage(_:_:expired:)``.
struct Part {
  var activity: UsageInterval.Activity
  var seconds: Int64
  var wattHours: Int64 = 0
  var kilowatts: Int64?
  var amperes: Int64?

  static func charge(
    minutes: Int64, wh: Int64 = 0, kW: Int64? = nil, amperes: Int64? = nil
  ) -> Part {
    Part(
      activity: .charging, seconds: minutes * 60, wattHours: wh, kilowatts: kW, amperes: amperes)
  }
  static func park(minutes: Int64) -> Part { Part(activity: .parking, seconds: minutes * 60) }
  static func hold(minutes: Int64) -> Part {
    Part(activity: .suspendedByStation, seconds: minutes * 60)
  }
  static func reserve(minutes: Int64) -> Part {
    Part(activity: .reservation, seconds: minutes * 60)
  }
}

/// A session from its parts, one after the other. It starts where the reservation ends.
func usage(_ start: String, _ parts: Part..., expired: Bool = false) -> Usage {
  var clock = instant(start)
  var usage = Usage(startedAt: clock, intervals: [], isReservationExpired: expired)
  for part in parts {
    let end = clock.advanced(byMilliseconds: part.seconds * 1000)
    var interval = UsageInterval(
      start: clock, end: end, energy: Energy(milliwattHours: part.wattHours * 1000),
      activity: part.activity)
    interval.minPower = part.kilowatts.map { Power(milliwatts: $0 * 1_000_000) }
    interval.maxPower = interval.minPower
    interval.minCurrent = part.amperes.map { Current(milliamperes: $0 * 1000) }
    interval.maxCurrent = interval.minCurrent
    usage.intervals.append(interval)
    clock = end
    if part.activity == .reservation { usage.startedAt = end }
  }
  return usage
}

func instant(_ text: String) -> Instant {
  guard let instant = Instant(rfc3339: text) else { fatalError("a test has a bad time: \(text)") }
  return instant
}

/// The exact total as `excl/incl`, without zeros at the end.
func total(
  _ tariff: Tariff, _ usage: Usage, zone: TimeZoneTable? = .utc
) throws -> String {
  let compiled = try CompiledTariff(tariff, zone: zone)
  let cost = try compiled.price(usage)
  try expectConsistent(cost, usage, fast: compiled.total(of: usage))
  return "\(short(cost.total.amount.exclVAT))/\(short(cost.total.amount.inclVAT))"
}

func short(_ amount: ExactAmount) -> String {
  var text = amount.exactDecimalString
  while text.hasSuffix("0") { text.removeLast() }
  if text.hasSuffix(".") { text.removeLast() }
  return text
}

/// What holds for every price: the segments are the usage, the lines are the segments and the
/// steps, the parts are the sum, and the fast total is the explained one.
func expectConsistent(
  _ cost: Cost, _ usage: Usage, fast: CostTotal, _ comment: Comment? = nil
) throws {
  #expect(cost.total == fast, comment)
  for (index, interval) in usage.intervals.enumerated() {
    let own = cost.segments.filter { $0.interval == index }
    #expect(own.reduce(Energy.zero) { $0 + $1.energy } == interval.energy, comment)
    let time = interval.statedMilliseconds ?? interval.end.milliseconds(since: interval.start)
    #expect(own.reduce(0) { $0 + $1.milliseconds } == time, comment)
    #expect(own.first?.start == interval.start && own.last?.end == interval.end, comment)
    #expect(zip(own, own.dropFirst()).allSatisfy { $0.end == $1.start }, comment)
  }
  let charged = cost.segments.flatMap(\.charges).reduce(TaxedAmount.zero) { $0 + $1.amount }
  let added = cost.steps.reduce(TaxedAmount.zero) { $0 + $1.amount }
  let lines = cost.lines.reduce(TaxedAmount.zero) { $0 + $1.amount }
  #expect(charged + added == cost.total.sum, comment)
  #expect(lines == cost.total.sum, comment)
}

extension TimeZoneTable {
  /// Central European time around the year 2024.
  static let berlin: TimeZoneTable = {
    let changes = [
      ("2023-10-29T01:00:00Z", 3600), ("2024-03-31T01:00:00Z", 7200),
      ("2024-10-27T01:00:00Z", 3600), ("2025-03-30T01:00:00Z", 7200),
    ]
    do {
      return try TimeZoneTable(
        name: "Europe/Berlin", tzdataVersion: "test", offsetBeforeFirst: 7200,
        transitions: changes.map { Transition(at: instant($0.0), offsetSeconds: $0.1) })
    } catch {
      fatalError("the table of the tests is wrong: \(error)")
    }
  }()
}
