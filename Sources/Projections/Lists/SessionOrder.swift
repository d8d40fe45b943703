/// In which order sessions are listed.
public struct SessionOrder: Sendable, Hashable {
  /// What is compared first; sessions that are equal in it are in the order in which they opened.
  public enum Field: UInt8, Sendable, CaseIterable {
    case started, ended, energy, cost, duration
  }

  public var field: Field
  /// The greatest first. Sessions without the field (open ones have no end, unpriced ones no cost)
  /// come last either way.
  public var isDescending: Bool

  public init(_ field: Field = .started, isDescending: Bool = false) {
    self.field = field
    self.isDescending = isDescending
  }
}

/// The place of a session in a list: what it is sorted by. Ranks of one order ascend through it.
struct SessionRank: Hashable, Comparable {
  /// The currency where costs are compared: amounts of two say nothing about each other. The
  /// greatest number for a session without the field.
  var group: UInt16
  var value: UInt64
  /// The session key; all bits turned if the order is descending.
  var tie: UInt64

  static let noField = UInt16.max

  @inline(__always)
  init(_ summary: SessionSummary, _ sessionKey: UInt64, in order: SessionOrder) {
    var group: UInt16 = 0
    var number: Int64
    switch order.field {
    case .started: number = summary.startedAt
    case .ended, .duration:
      number = order.field == .ended ? summary.endedAt : summary.duration
      if !summary.flags.contains(.closed) { (group, number) = (Self.noField, 0) }
    case .energy: number = summary.energy
    case .cost:
      group = summary.flags.contains(.priced) ? summary.currency : Self.noField
      number = summary.cost
    }
    let turn: UInt64 = order.isDescending ? .max : 0
    self.group = group
    value = (UInt64(bitPattern: number) ^ 1 << 63) ^ turn
    tie = sessionKey ^ turn
  }

  init(group: UInt16, value: UInt64, tie: UInt64) {
    self.group = group
    self.value = value
    self.tie = tie
  }

  func sessionKey(in order: SessionOrder) -> UInt64 { order.isDescending ? ~tie : tie }

  @inline(__always)
  static func < (left: SessionRank, right: SessionRank) -> Bool {
    (left.group, left.value, left.tie) < (right.group, right.value, right.tie)
  }
}
