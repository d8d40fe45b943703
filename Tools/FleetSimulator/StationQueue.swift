/// The stations of a fleet with the one that speaks next in front: a binary heap by the time of the
/// next line, then by number, so that no two are equal.
struct StationQueue {
  private var stations: [Station]
  /// Heap of indices into `stations`: the order moves, not the stations themselves.
  private var order: [Int]

  /// - Parameter stations: at least one.
  init(_ stations: [Station]) {
    self.stations = stations
    order = Array(stations.indices)
    for place in stride(from: order.count / 2, through: 0, by: -1) { sink(place) }
  }

  /// The station whose next line is due first. After it has changed, call ``restoreOrder()``.
  var earliest: Station {
    _read { yield stations[order[0]] }
    _modify { yield &stations[order[0]] }
  }

  /// Moves the front station to where its next line puts it.
  mutating func restoreOrder() { sink(0) }

  /// All transactions that the stations have begun.
  var transactionsBegun: Int { stations.reduce(0) { $0 + Int($1.transactionsBegun) } }

  private mutating func sink(_ start: Int) {
    var place = start
    while true {
      var first = place
      for child in [2 * place + 1, 2 * place + 2] where child < order.count {
        if speaksBefore(order[child], order[first]) { first = child }
      }
      guard first != place else { return }
      order.swapAt(first, place)
      place = first
    }
  }

  private func speaksBefore(_ left: Int, _ right: Int) -> Bool {
    let (leftAt, rightAt) = (stations[left].nextLineAt, stations[right].nextLineAt)
    return leftAt == rightAt ? left < right : leftAt < rightAt
  }
}
