import Quantities
public import Replay

extension GuardRails.Check {
  /// What is limited and where it stands, for a terminal.
  public var sentence: String { words(.terminal) }

  /// The limit in percent, without trailing zeros: `2.5`.
  var limitText: String {
    var text = NumberStyle.decimal(minorUnits: limit, decimals: 6)
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }

  /// What is limited and where it stands: `revenue changes by +4.20 %, at most 5 % either way`.
  func words(_ style: NumberStyle) -> String {
    let limit = "\(limitText)\(style.space)%"
    switch rule {
    case .revenueDelta:
      let change = value.map { style.changePercent($0) } ?? "what cannot be put in percent"
      return "revenue changes by \(change), at most \(limit) either way"
    case .increaseShare:
      return "\(style.percent(value)) of the sessions cost more, at most \(limit) may"
    }
  }
}
