import JSON
import Quantities

extension CDRPricing {
  /// Writes what `wattledger price --format json` prints.
  ///
  /// `{"currency", "total_cost", "total_cost_exact", "total_cost_fraction", "parts", "limit",
  /// "segments", "lines", "steps", "notes"}` and the CDR's own `stated_total_cost`. Amounts are
  /// decimal strings.
  public func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("cdr_id", cdr.id)
      writer.member("tariff_id", tariff.id)
      cost.writeMembers(to: &writer) { cdr.periods[$0] }
      if let stated = cdr.statedTotal {
        writer.object("stated_total_cost") { stated.write(to: &$0) { $0.exactDecimalString } }
      }
      writer.array("notes") { writer in
        for note in notes { note.write(to: &writer) }
      }
    }
  }
}

extension Cost {
  /// Writes the cost as one object, as in ``CDRPricing/write(to:)``.
  public func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writeMembers(to: &writer) { $0 }
      writer.array("notes") { writer in
        for note in notes { note.write(to: &writer) }
      }
    }
  }

  /// Everything but the notes. `period` tells the number of an interval's period.
  fileprivate func writeMembers(to writer: inout JSONWriter, period: (Int) -> Int) {
    writer.member("currency", currency.description)
    writer.object("total_cost") { writer in
      total.amount.write(to: &writer) { $0.decimalString(in: currency) }
    }
    writer.object("total_cost_exact") { writer in
      total.amount.write(to: &writer) { $0.exactDecimalString }
    }
    writer.object("total_cost_fraction") { writer in
      total.amount.write(to: &writer) { $0.fraction }
    }
    let parts: [(String, TaxedAmount)] = [
      ("energy", total.energy), ("time", total.time), ("parking_time", total.parkingTime),
      ("flat", total.flat), ("reservation", total.reservation),
    ]
    writer.object("parts") { writer in
      for (name, amount) in parts {
        writer.object(name) { amount.write(to: &$0) { $0.exactDecimalString } }
      }
    }
    writer.member("limit", total.limit?.rawValue)
    writer.array("segments") { writer in
      for segment in segments { segment.write(to: &writer, period: period(segment.interval)) }
    }
    writer.array("lines") { writer in
      for line in lines { line.write(to: &writer) }
    }
    writer.array("steps") { writer in
      for step in steps { step.write(to: &writer) }
    }
  }
}

extension TaxedAmount {
  fileprivate func write(
    to writer: inout JSONWriter, _ text: (ExactAmount) -> String
  ) {
    writer.member("excl_vat", text(exclVAT))
    writer.member("incl_vat", text(inclVAT))
  }
}

extension CostSegment {
  fileprivate func write(to writer: inout JSONWriter, period: Int) {
    writer.object { writer in
      writer.member("period", period)
      writer.member("start", start.rfc3339)
      writer.member("end", end.rfc3339)
      writer.member("activity", activity.name)
      writer.member("energy_wh", energy.wattHours)
      writer.member("energy_mwh", energy.milliwattHours)
      writer.member("time_ms", milliseconds)
      writer.member("opened_by", opening.rawValue)
      writer.member("interpolated", isInterpolated)
      writer.array("charges") { writer in
        for charge in charges {
          writer.object { writer in
            charge.price.writeMembers(to: &writer)
            writer.member(charge.price.quantityKey, charge.quantity)
            charge.amount.write(to: &writer) { $0.exactDecimalString }
          }
        }
      }
    }
  }
}

extension CostLine {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object { writer in
      price.writeMembers(to: &writer)
      writer.member("used_" + price.quantityKey, used)
      writer.member("billed_" + price.quantityKey, billed)
      amount.write(to: &writer) { $0.exactDecimalString }
    }
  }
}

extension StepAddition {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.object { writer in
      price.writeMembers(to: &writer)
      writer.member("step_size", stepSize)
      writer.member("used_" + price.quantityKey, used)
      writer.member("added_" + price.quantityKey, added)
      amount.write(to: &writer) { $0.exactDecimalString }
    }
  }
}

extension PriceReference {
  fileprivate func writeMembers(to writer: inout JSONWriter) {
    writer.member("dimension", dimension.rawValue)
    writer.member("element", element)
    writer.member("component", component)
    writer.member("reservation", isReservation)
    let price = DecimalNumber(coefficient: Int128(price.millionths), exponent: -6)
    writer.member("price", price.description)
    let vat = vat.map {
      DecimalNumber(coefficient: Int128($0.tenThousandthsOfPercent), exponent: -4).description
    }
    writer.member("vat_percent", vat)
  }

  /// Energy is counted in mWh, time in ms, a flat fee once.
  fileprivate var quantityKey: String {
    switch dimension {
    case .energy: "energy_mwh"
    case .time, .parkingTime: "time_ms"
    case .flat: "count"
    }
  }
}

extension UsageInterval.Activity {
  /// As output spells it.
  public var name: String {
    switch self {
    case .charging: "charging"
    case .parking: "parking"
    case .suspendedByStation: "suspended_by_station"
    case .reservation: "reservation"
    }
  }
}

extension PricingNote {
  /// Writes `{"code", "message"}`.
  public func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("code", code.rawValue)
      writer.member("message", message)
    }
  }
}
