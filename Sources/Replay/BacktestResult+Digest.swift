import Bytes
import Quantities
import Sessions

// The canonical rows: every value of the result in a fixed order. Exact amounts are written as their
// numerators, so a difference that rounding would hide is still a difference.

extension BacktestResult {
  func encode(into rows: inout ByteWriter) {
    range.encode(into: &rows)
    rows.optionalZigzag(firstStart?.millisecondsSinceEpoch)
    rows.optionalZigzag(lastStart?.millisecondsSinceEpoch)
    rows.optionalZigzag(guardRails.maxRevenueDelta)
    rows.optionalZigzag(guardRails.maxIncreaseShare)
    rows.varint(UInt64(candidates.count))
    for candidate in candidates { candidate.encode(into: &rows) }
    guard baseline != .computed else { return }
    rows.string(baseline.rawValue)
    for candidate in candidates { rows.varint(UInt64(candidate.billsWithOneAmount)) }
  }
}

extension BacktestRange {
  fileprivate func encode(into rows: inout ByteWriter) {
    for bound in [from, to] {
      switch bound {
      case nil:
        rows.write(0)
      case .instant(let instant):
        rows.write(1)
        rows.zigzag(instant.millisecondsSinceEpoch)
      case .localDate(let date):
        rows.write(2)
        rows.string(date)
      }
    }
    for names in [sites, stations] {
      rows.varint(UInt64(names.count))
      for name in names { rows.string(name) }
    }
  }
}

extension CandidateResult {
  fileprivate func encode(into rows: inout ByteWriter) {
    rows.string(candidate.tariffID)
    rows.string(candidate.currency.description)
    rows.varint(UInt64(sessions))
    rows.varint(UInt64(unpriced.count))
    for entry in unpriced {
      rows.string(entry.reason.rawValue)
      rows.varint(UInt64(entry.sessions))
    }
    totals.encode(into: &rows)
    rows.varint(UInt64(sites.count))
    for entry in sites {
      rows.string(entry.site)
      entry.totals.encode(into: &rows)
    }
    for hour in hours { hour.encode(into: &rows) }
    let changes = distribution.sorted.changes
    rows.varint(UInt64(changes.count))
    for entry in changes {
      rows.zigzag(entry.change)
      rows.varint(UInt64(entry.sessions))
    }
    rows.varint(UInt64(topChanges.count))
    for change in topChanges { change.encode(into: &rows) }
    rows.fixed64(fingerprint)
  }
}

extension BacktestTotals {
  fileprivate func encode(into rows: inout ByteWriter) {
    for count in [sessions, increased, decreased] { rows.varint(UInt64(count)) }
    baseline.encode(into: &rows)
    candidate.encode(into: &rows)
    rows.amount(increase)
    rows.amount(decrease)
  }
}

extension SessionChange {
  fileprivate func encode(into rows: inout ByteWriter) {
    rows.fixed64(session.high)
    rows.fixed64(session.low)
    rows.optionalString(site)
    rows.string(station)
    rows.zigzag(startedAt.millisecondsSinceEpoch)
    rows.string(baselineTariffID)
    baseline.encode(into: &rows)
    candidate.encode(into: &rows)
    rows.string(reason)
  }
}

extension AmountPair {
  fileprivate func encode(into rows: inout ByteWriter) {
    rows.amount(excludingVAT)
    rows.amount(includingVAT)
  }
}

extension ByteWriter {
  fileprivate mutating func amount(_ amount: ExactAmount) {
    fixed64(UInt64(truncatingIfNeeded: amount.numerator))
    fixed64(UInt64(truncatingIfNeeded: amount.numerator >> 64))
  }
}
