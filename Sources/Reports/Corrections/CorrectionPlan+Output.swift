public import JSON
public import Projections
import Quantities
public import Sessions

extension CorrectionPlan {
  /// What the correction says and changes; the shape is in `Schemas/correct.schema.json`.
  /// - Parameter position: where the fact is in the log; nil if it was only tried.
  public func write(to json: inout JSONWriter, position: UInt64?) {
    json.object { json in
      json.member("position", position)
      json.object("correction") { json in correction.write(to: &json) }
      json.array("sessions") { json in
        for change in changes {
          json.object { json in
            json.member("session_id", change.id.description)
            json.write("before", change.before)
            json.write("after", change.after)
          }
        }
      }
    }
  }

  /// The same for people.
  public func table(position: UInt64?) -> String {
    var text =
      position.map { "Appended at position \($0): \(correction.sentence).\n" }
      ?? "Nothing was appended. It would say: \(correction.sentence).\n"
    guard !changes.isEmpty else { return text + "No session changes.\n" }
    var table = Table([
      .left("session"), .left(""), .left("started"), .left("ended"), .right("Wh"), .left("token"),
      .left("stop reason"),
    ])
    for change in changes {
      let id = change.id.description
      table.append([id, "before"] + (change.before?.cells ?? ["none", "", "", "", ""]))
      table.append(["", "after"] + (change.after?.cells ?? ["none", "", "", "", ""]))
    }
    text += table.text
    return text
  }
}

extension Session.Outcome {
  fileprivate var cells: [String] {
    [
      startedAt.rfc3339 + (isVoid ? " void" : ""),
      (endedAt?.rfc3339 ?? "open") + (isEstimated ? " est." : ""), "\(energy.wattHours)",
      token ?? "-", stopReason ?? "-",
    ]
  }
}

extension JSONWriter {
  /// A member with what was told of a session, or null.
  mutating func write(_ key: String, _ outcome: Session.Outcome?) {
    guard let outcome else { return member(key, nil as String?) }
    object(key) { json in
      json.member("state", outcome.state.name)
      json.member("void", outcome.isVoid)
      json.member("started_at", outcome.startedAt.rfc3339)
      json.member("ended_at", outcome.endedAt?.rfc3339)
      json.member("estimated", outcome.isEstimated)
      json.member("energy_wh", outcome.energy.wattHours)
      json.member("energy_mwh", outcome.energy.milliwattHours)
      json.member("energy_evidence", outcome.energyEvidence.name)
      json.member("token", outcome.token)
      json.member("stop_reason", outcome.stopReason)
    }
  }
}

extension Correction {
  /// What it says, in words.
  public var sentence: String {
    switch change {
    case .token(let id, let token):
      "session \(id) \(token.map { "belongs to token \($0)" } ?? "belongs to no token")"
    case .meter(let exchange):
      "the meter of \(exchange.station), connector "
        + (exchange.evse.map { "\($0)/" } ?? "") + "\(exchange.connector), was exchanged at "
        + "\(exchange.at.rfc3339): \(exchange.registerBefore.wattHours) Wh before, "
        + "\(exchange.registerAfter.wattHours) Wh after"
    case .station(let exchange):
      "\(exchange.new) took the place of \(exchange.old) at \(exchange.at.rfc3339)"
    case .merge(let ids):
      "sessions \(ids.map(\.description).joined(separator: ", ")) are one"
    case .split(let id, let time): "session \(id) is two, the second from \(time.rfc3339) on"
    case .void(let id): "session \(id) never was"
    case .undo(let position): "the fact at position \(position) no longer holds"
    }
  }
}
