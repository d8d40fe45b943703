import ChargerEvents
import Quantities

extension SessionRecord {
  /// What tells a record apart that has no id: its times, place, energy and token.
  var contentName: String {
    let parts = [
      "\(startedAt.millisecondsSinceEpoch)", endedAt.map { "\($0.millisecondsSinceEpoch)" },
      evse.map { "\($0)" }, connector.map { "\($0)" },
      energy.map { "\($0.milliwattHours)" }, token,
    ]
    return "without id " + parts.map { $0 ?? "-" }.joined(separator: " ")
  }
}
