public import JSON
import Quantities
import Replay

extension BacktestReport {
  /// The report as JSON; `Schemas/backtest.schema.json` describes it.
  public func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.object("range") { write(result.range, to: &$0) }
      writer.member("baseline", result.baseline == .computed ? "tariff_in_force" : "billed")
      writer.array("candidates") { writer in
        for candidate in result.candidates { CandidateJSON(candidate).write(to: &writer) }
      }
      writer.array("guard_rails") { writer in
        for candidate in result.candidates { writeGuardRails(of: candidate, to: &writer) }
      }
      writer.member("assumption", Self.assumption)
      writer.member("digest", "\(result.digest)")
    }
  }

  private func write(_ range: BacktestRange, to writer: inout JSONWriter) {
    for (key, bound) in [("from", range.from), ("to", range.to)] {
      switch bound {
      case nil: writer.member(key, String?.none)
      case .instant(let instant): writer.member(key, instant.rfc3339)
      case .localDate(let date): writer.member(key, date)
      }
    }
    for (key, names) in [("sites", range.sites), ("stations", range.stations)] {
      writer.array(key) { writer in
        for name in names { writer.string(name) }
      }
    }
    writer.member("first_session_at", result.firstStart?.rfc3339)
    writer.member("last_session_at", result.lastStart?.rfc3339)
  }

  private func writeGuardRails(of candidate: CandidateResult, to writer: inout JSONWriter) {
    for check in result.guardRails.checks(of: candidate.totals) {
      writer.object { writer in
        writer.member("tariff_id", candidate.candidate.tariffID)
        writer.member("rule", check.rule.rawValue)
        writer.member("limit_percent", check.limitText)
        writer.member("value_percent", check.value?.text(decimals: 4))
        writer.member("violated", check.isViolated)
      }
    }
  }
}

/// One entry of `candidates`.
private struct CandidateJSON {
  let result: CandidateResult
  let currency: CurrencyCode

  init(_ result: CandidateResult) {
    self.result = result
    self.currency = result.candidate.currency
  }

  func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("tariff_id", result.candidate.tariffID)
      writer.member("sessions", result.sessions)
      writer.member("compared", result.totals.sessions)
      writer.array("unpriced") { writer in
        for entry in result.unpriced {
          writer.object { writer in
            writer.member("reason", entry.reason.rawValue)
            writer.member("sessions", entry.sessions)
          }
        }
      }
      if result.baseline == .billed {
        writer.member("bills_with_one_amount", result.billsWithOneAmount)
      }
      writer.member("currency", "\(currency)")
      write(result.totals, to: &writer)
      writer.member("increased_percent", result.totals.increasedPercent?.text(decimals: 4))
      writer.member("decreased_percent", result.totals.decreasedPercent?.text(decimals: 4))
      writer.member("increase_incl_vat", result.totals.increase.decimalString(in: currency))
      writer.member("decrease_incl_vat", result.totals.decrease.decimalString(in: currency))
      writeGroups(to: &writer)
      writer.object("distribution", writeDistribution)
      writer.array("sessions_changed") { writer in
        for change in result.topChanges { write(change, to: &writer) }
      }
    }
  }

  /// The members that a candidate, a site and an hour have in common.
  private func write(_ totals: BacktestTotals, to writer: inout JSONWriter) {
    write("baseline_total", totals.baseline, to: &writer)
    write("candidate_total", totals.candidate, to: &writer)
    write("delta", totals.delta, to: &writer)
    writer.member("delta_percent", totals.deltaPercent?.text(decimals: 4))
    writer.member("increased", totals.increased)
    writer.member("decreased", totals.decreased)
    writer.member("unchanged", totals.unchanged)
  }

  private func write(_ key: String, _ amounts: AmountPair, to writer: inout JSONWriter) {
    writer.object(key) { writer in
      writer.member("excl_vat", amounts.excludingVAT.decimalString(in: currency))
      writer.member("incl_vat", amounts.includingVAT.decimalString(in: currency))
    }
  }

  private func writeGroups(to writer: inout JSONWriter) {
    writer.array("per_site") { writer in
      for entry in result.sites {
        writer.object { writer in
          writer.member("site", entry.site)
          writer.member("compared", entry.totals.sessions)
          write(entry.totals, to: &writer)
        }
      }
    }
    writer.array("per_hour") { writer in
      for (hour, totals) in result.hours.enumerated() {
        writer.object { writer in
          writer.member("hour", hour)
          writer.member("compared", totals.sessions)
          write(totals, to: &writer)
        }
      }
    }
  }

  private func writeDistribution(to writer: inout JSONWriter) {
    let changes = result.distribution.sorted
    writer.member("least", text(changes.quantile(perMille: 0)))
    for quantile in Quantiles.all {
      writer.member(quantile.key, text(changes.quantile(perMille: quantile.perMille)))
    }
    writer.member("greatest", text(changes.quantile(perMille: 1000)))
    writer.member("rounds_to_zero", result.distribution.unchanged)
    writer.array("bins") { writer in
      for bin in changes.histogram {
        writer.object { writer in
          writer.member("from", text(bin.lower))
          writer.member("to", text(bin.upper))
          writer.member("sessions", bin.sessions)
        }
      }
    }
  }

  private func text(_ minorUnits: Int64?) -> String? {
    minorUnits.map { NumberStyle.decimal(minorUnits: $0, decimals: currency.minorUnits) }
  }

  private func write(_ change: SessionChange, to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("session_id", "\(change.session)")
      writer.member("site", change.site)
      writer.member("station", change.station)
      writer.member("started_at", change.startedAt.rfc3339)
      let tariffID = result.baseline == .computed ? change.baselineTariffID : nil
      writer.member("baseline_tariff_id", tariffID)
      write("baseline", change.baseline, to: &writer)
      write("candidate", change.candidate, to: &writer)
      write("delta", change.delta, to: &writer)
      writer.member("reason", change.reason)
    }
  }
}
