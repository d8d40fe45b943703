public import ChargerEvents
public import EventLog
import JSON
import OCPP
import Sessions
public import Tariffs

/// A session with what its page shows beside it.
public struct SessionDetail: Sendable {
  /// The session as lists have it.
  public var entry: SessionEntry
  /// How the price came about, step by step; nil without a price.
  public var cost: Cost?
  /// A signed value and the record that it came in.
  public struct SignedValue: Sendable {
    public var position: UInt64
    public var sample: SignedSample
  }

  /// The signed values of its meter, untouched, in the order of their records.
  public var signedValues: [SignedValue] = []
  /// What kind of record opened it: which version of OCPP, or a table; nil if the log has lost it.
  public var openedBy: EventKind?

  public init(entry: SessionEntry, cost: Cost? = nil, openedBy: EventKind? = nil) {
    self.entry = entry
    self.cost = cost
    self.openedBy = openedBy
  }
}

extension ReadModels {
  /// A session with the explanation of its price.
  public func detail(of entry: SessionEntry) throws -> SessionDetail {
    let record = try ledger.read { log in try log.envelope(at: entry.session.openedAtPosition) }
    var detail = SessionDetail(entry: entry, cost: try explain(entry), openedBy: record?.kind)
    detail.signedValues = try signedValues(of: entry.session)
    return detail
  }

  /// They stay in their frames; a session only knows where.
  private func signedValues(of session: Session) throws -> [SessionDetail.SignedValue] {
    let parser = JSONParser()
    return try ledger.read { log in
      try session.positionsOfSignatures.flatMap { position in
        guard let event = try log.event(at: position) else { return [SessionDetail.SignedValue]() }
        return SignedSample.all(in: event.body, parser: parser).map {
          .init(position: position, sample: $0)
        }
      }
    }
  }

  /// The price of a session under the tariff that its row names; nil if that is no longer in force
  /// because another process has published in the meantime.
  private func explain(_ entry: SessionEntry) throws -> Cost? {
    guard case .priced(let price) = entry.cost else { return nil }
    let pricer = Pricer(facts: try facts())
    var row = UsageRow()
    var intervals: [SessionInterval] = []
    row.fill(from: entry.session, intervals: &intervals)
    guard
      case .success(let chosen) = pricer.tariff(
        for: row, station: entry.stationName, at: entry.placement),
      chosen.choice.published.position == price.tariffPosition
    else { return nil }
    return try? chosen.compiled.price(row.usage)
  }
}
