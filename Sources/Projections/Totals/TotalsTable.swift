import Quantities

/// What the sessions of a scan are grouped by: numbers, so that no text is touched while it runs.
struct TotalsGroup: Equatable {
  /// The first day of the period, from the epoch.
  var day: Int32 = 0
  /// The place of the site in ``TotalsPlaces/sites``.
  var site: UInt32 = 0
  var station: UInt32 = 0
  /// The currency's number in summaries.
  var currency: UInt16 = 0
  /// The position of the tariff.
  var tariff: UInt64 = 0

  /// Spreads groups that differ in one number.
  @inline(__always)
  fileprivate var hash: UInt64 {
    let place = UInt64(site) << 32 | UInt64(station)
    let when = UInt64(UInt32(bitPattern: day)) << 16 | UInt64(currency)
    var mixed = place &* 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ (mixed >> 29) ^ when) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 32) ^ tariff) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// The sums of a group while they are taken, in the parts that summaries have.
struct TotalsEntry {
  let group: TotalsGroup
  var sums = SessionSums()
  /// In ten-thousandths of the currency, and in units of ``ExactAmount``.
  var exclVAT: (shown: Int128, rest: Int128) = (0, 0)
  var inclVAT: (shown: Int128, rest: Int128) = (0, 0)

  init(_ group: TotalsGroup) { self.group = group }

  @inline(__always)
  mutating func add(_ summary: SessionSummary, findings: Int) {
    guard !summary.flags.contains(.void) else {
      sums.void += 1
      return
    }
    sums.sessions += 1
    sums.findings += findings
    if !summary.flags.contains(.closed) { sums.open += 1 }
    sums.energy += Int128(summary.energy)
    sums.duration += Int128(summary.duration)
    guard summary.flags.contains(.priced) else {
      sums.unpriced += 1
      return
    }
    guard !summary.flags.contains(.wideCost) else { return }
    exclVAT.shown += Int128(summary.costExclVAT)
    exclVAT.rest += Int128(summary.costExclVATRest)
    inclVAT.shown += Int128(summary.cost)
    inclVAT.rest += Int128(summary.costRest)
  }

  /// Adds the cost of a session of which summaries do not have it.
  mutating func add(_ price: SessionPrice) {
    sums.exclVAT += price.exclVAT
    sums.inclVAT += price.inclVAT
    sums.shownExclVAT += price.exclVAT.rounded(in: price.currency)
    sums.shownInclVAT += price.inclVAT.rounded(in: price.currency)
  }

  /// The sums with their amounts put together.
  var finished: SessionSums {
    func amount(_ shown: Int128, _ rest: Int128) -> ExactAmount {
      ExactAmount(numerator: SessionSummary.numerator(shown, rest))
    }
    var sums = sums
    sums.shownExclVAT += amount(exclVAT.shown, 0)
    sums.shownInclVAT += amount(inclVAT.shown, 0)
    sums.exclVAT += amount(exclVAT.shown, exclVAT.rest)
    sums.inclVAT += amount(inclVAT.shown, inclVAT.rest)
    return sums
  }
}

/// The groups of a scan: a table of open addresses, because a hash of Swift's own costs more than all
/// else that is done for a session.
struct TotalsTable {
  private(set) var entries: [TotalsEntry] = []
  /// One more than the place of an entry; 0 is free. As many as a power of two, at least half free.
  private var slots = [UInt32](repeating: 0, count: 1024)

  /// Changes a group's entry, made if there is none yet.
  @inline(__always)
  mutating func update(_ group: TotalsGroup, _ body: (inout TotalsEntry) -> Void) {
    body(&entries[place(of: group)])
  }

  @inline(__always)
  private mutating func place(of group: TotalsGroup) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: group.hash) & mask
    while slots[slot] != 0 {
      let place = Int(slots[slot]) - 1
      if entries[place].group == group { return place }
      slot = (slot + 1) & mask
    }
    entries.append(TotalsEntry(group))
    slots[slot] = UInt32(entries.count)
    if entries.count * 2 > slots.count { grow() }
    return entries.count - 1
  }

  private mutating func grow() {
    let mask = slots.count * 2 - 1
    slots = [UInt32](repeating: 0, count: mask + 1)
    for (place, entry) in entries.enumerated() {
      var slot = Int(truncatingIfNeeded: entry.group.hash) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = UInt32(place + 1)
    }
  }
}
