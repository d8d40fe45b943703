import Quantities

extension LogSnapshot {
  /// Calls `body` with the events of one stream in order of position, until it returns false: those
  /// from `first` through `last` that were received in [`start`, `end`). An `end` of
  /// ``Quantities/Instant/distantFuture`` leaves nothing out.
  ///
  /// Positions come from the index, as far as there is one; newer ones, and all without an index, from
  /// the links of the log. The events are the same in any case. ``Ledger/catchUpIndex(through:_:)``
  /// makes long ways fast.
  /// - Throws: ``LedgerError/damaged(position:reason:)``; what `body` throws.
  /// - Complexity: O(log n) an event of the stream; of a range of time, an event in it and those that
  ///   were recorded next to them. Behind the index, eight bytes of memory for each event.
  public func forEachEvent(
    ofStream station: UInt32, from first: UInt64 = 1, through last: UInt64 = .max,
    receivedFrom start: Instant = .distantPast, to end: Instant = .distantFuture,
    _ body: (Envelope, UnsafeRawBufferPointer) throws -> Bool
  ) throws {
    let selection = StreamSelection(
      station: station, first: max(first, 1), last: min(last, head),
      received: ReceivedRange(start: start, end: end))
    guard selection.first <= selection.last else { return }
    var link = StreamLink(floor: selection.first)
    if let view = positionIndex.view(of: self),
      try visitIndexed(selection, view, &link, body) == .stop
    {
      return
    }
    try visitLinked(selection, behind: link.covered, body)
  }

  private enum Progress { case goOn, stop }

  /// Visits what the index lists. What it does not reach, or what it has wrong, is left to the links.
  ///
  /// Blocks that hold nothing of the range are passed over. But a stretch that was read ends only with
  /// an event behind it that names its last one: nothing of it was missed.
  private func visitIndexed(
    _ selection: StreamSelection, _ view: IndexView, _ link: inout StreamLink,
    _ body: (Envelope, UnsafeRawBufferPointer) throws -> Bool
  ) throws -> Progress {
    let firstBlock = view.shape.block(of: selection.first)
    link = StreamLink(floor: view.shape.first(ofBlock: firstBlock))
    var isInStretch = false
    for block in firstBlock..<max(firstBlock, view.blocks) {
      let isBehind = view.shape.first(ofBlock: block) > selection.last
      if isBehind && !isInStretch { return .stop }
      guard let isWanted = isBehind ? false : view.mayHold(selection.received, inBlock: block)
      else {
        return .goOn
      }
      if isWanted || isInStretch {
        guard let lists = view.lists(of: selection.station, inBlock: block) else { return .goOn }
        for list in isWanted ? lists[...] : lists.prefix(1) {
          switch try visit(list, selection, &link, body) {
          case .agrees: break
          case .stop: return .stop
          case .isWrong:
            view.isWrong()
            return .goOn
          }
        }
        isInStretch = isWanted || lists.isEmpty
      }
      if !isInStretch { link = StreamLink(floor: view.shape.first(ofBlock: block + 1)) }
    }
    return isInStretch || link.floor <= selection.last ? .goOn : .stop
  }

  private enum ListVisit { case agrees, isWrong, stop }

  private func visit(
    _ list: PositionList, _ selection: StreamSelection, _ link: inout StreamLink,
    _ body: (Envelope, UnsafeRawBufferPointer) throws -> Bool
  ) throws -> ListVisit {
    let last = list.positions[list.positions.count - 1]
    guard last >= selection.first,
      selection.received.mayContain(from: list.earliest, through: list.latest)
    else {
      // It can be passed over, but what is before it must not have been missed.
      guard let envelope = try envelope(at: list.positions[0]),
        link.extend(by: envelope, of: selection.station)
      else { return .isWrong }
      link = StreamLink(floor: last + 1)
      return .agrees
    }
    for position in list.positions {
      guard let event = try event(at: position),
        link.extend(by: event.envelope, of: selection.station)
      else { return .isWrong }
      if position > selection.last { return .stop }
      guard position >= selection.first, selection.received.contains(event.envelope.receivedAt)
      else { continue }
      guard try hand(event, to: body) else { return .stop }
    }
    return .agrees
  }

  /// Visits what is behind `covered`, by the links from the end of the stream back to there.
  private func visitLinked(
    _ selection: StreamSelection, behind covered: UInt64,
    _ body: (Envelope, UnsafeRawBufferPointer) throws -> Bool
  ) throws {
    var positions: [UInt64] = []
    let first = max(selection.first, covered + 1)
    try forEachEventBackwards(
      ofStream: selection.station, from: first, through: selection.last
    ) { envelope, _ in
      if selection.received.contains(envelope.receivedAt) { positions.append(envelope.position) }
      return true
    }
    for position in positions.reversed() {
      guard let event = try event(at: position) else { return }
      guard try hand(event, to: body) else { return }
    }
  }
}

/// Which events of a stream are asked for.
private struct StreamSelection {
  let station: UInt32
  /// 1 or above.
  let first: UInt64
  /// At most the head of the log.
  let last: UInt64
  let received: ReceivedRange
}
