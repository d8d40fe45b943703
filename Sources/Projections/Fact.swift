import EventLog
import JSON
import SessionRecords
import Sessions
import Sites
import Tariffs

/// What one event of the control stream says.
enum Fact {
  case site(SiteFact)
  case tariff(TariffPublication)
  case reprice(RepriceOrder)
  case tokens(TokenFact)
  case tableMap(SessionTableMap, name: String)
  case correction(Correction)

  /// Reads the body of an event; nil if events of this kind are no facts.
  init?(_ kind: EventKind, _ body: UnsafeRawBufferPointer, _ parser: JSONParser) throws {
    switch kind {
    case .siteFact: self = .site(try SiteFact(body: body, parser: parser))
    case .tariffFact: self = .tariff(try TariffPublication(json: try parser.parse(body)))
    case .repriceFact: self = .reprice(try RepriceOrder(json: try parser.parse(body)))
    case .tokenFact: self = .tokens(try TokenFact(body: body, parser: parser))
    case .tableMap:
      let map = try SessionTableMap(body: JSONReader(try parser.parse(body)))
      self = .tableMap(map, name: SessionTableMap.name(ofBody: body))
    case .correctionFact: self = .correction(try Correction(body: body, parser: parser))
    default: return nil
    }
  }
}
