public import Sessions
import Sites

/// A connector, or the EVSE that it is on, with its register against its sessions.
///
/// Where EVSEs have numbers of their own (2.x), the meter is that of the EVSE.
public struct ConnectorAccount: Sendable {
  public let stationName: String
  public let evse: Int32?
  /// The connectors of its sessions, in order; empty if none names one.
  public fileprivate(set) var connectors: [Int32] = []
  /// Where it was at its latest session; nil without a site.
  public fileprivate(set) var siteID: String?
  public fileprivate(set) var ledger = ConnectorLedger()
  /// Exchanges of the station's meters that are still to come, in order of time.
  private var waiting: [MeterExchange]

  fileprivate init(stationName: String, evse: Int32?, exchanges: [MeterExchange]) {
    self.stationName = stationName
    self.evse = evse
    waiting = exchanges.sorted { $0.at < $1.at }
  }

  /// Takes in the next session, in order of their starts.
  fileprivate mutating func add(_ entry: SessionEntry) {
    let session = entry.session
    siteID = entry.placement?.siteID
    if let connector = session.connector, !connectors.contains(connector) {
      connectors.append(connector)
      connectors.sort()
    }
    exchange(where: { $0.at <= session.startedAt })
    ledger.add(session)
    exchange(where: { session.spans($0) })
  }

  private mutating func exchange(where isDue: (MeterExchange) -> Bool) {
    waiting.removeAll { exchange in
      let isOwn = connectors.contains { exchange.isOf(evse: evse, connector: $0) }
      guard isOwn, isDue(exchange) else { return false }
      ledger.exchange(exchange)
      return true
    }
  }
}

extension ReadModels {
  private struct Place: Hashable {
    var station: StationID
    var evse: Int32?
    var connector: Int32?

    init(_ session: Session) {
      station = session.station
      evse = session.evse
      connector = session.evse == nil ? session.connector : nil
    }
  }

  /// What the registers of connectors say beside the sessions that match, by site, station and
  /// number.
  /// - Complexity: O(sessions of the range of starts).
  public func connectorAccounts(matching filter: SessionFilter) throws -> [ConnectorAccount] {
    let corrections = try facts().corrections
    var accounts: [Place: ConnectorAccount] = [:]
    _ = try forEachSession(matching: filter, in: SessionOrder(), limit: nil) { entry in
      let place = Place(entry.session)
      var account =
        accounts.removeValue(forKey: place)
        ?? ConnectorAccount(
          stationName: entry.stationName, evse: place.evse,
          exchanges: corrections.meterExchanges(ofStation: entry.stationName))
      account.add(entry)
      accounts[place] = account
    }
    return accounts.values.sorted { left, right in
      (left.siteID ?? "", left.stationName, left.evse ?? -1, left.connectors.first ?? -1)
        < (right.siteID ?? "", right.stationName, right.evse ?? -1, right.connectors.first ?? -1)
    }
  }
}
