import LMDB
import Quantities

/// Checks the tables of a log as a walk over its pages hands them on: what is needed for the events
/// first, then in the order of their names, so that the events come before all that is compared with
/// them. The sealed events come before those of the log, from their segments.
struct LogVisitor: PageVisitor {
  /// The tables that a log can have.
  enum Table: String, CaseIterable {
    case eventIDs = "event_ids"
    case events, heads, meta
    case sourceIDs = "source_ids"
    case sources
    case stationIDs = "station_ids"
    case stations
    case tree

    /// Whether every log of a format has it.
    func isRequired(inFormat format: UInt64) -> Bool {
      format >= 2 || self != .eventIDs && self != .tree
    }
  }

  let databasesFirst = [Table.meta.rawValue, Table.stationIDs.rawValue, Table.stations.rawValue]

  private var found = LogVerification()
  private var table: Table?
  private var seen: Set<Table> = []
  private let pass: RecordPass
  private let segments: SegmentCheck
  private var areSegmentsTaken = false
  /// What kept the segments from being read: a walk goes on whatever a visitor meets.
  private var failure: LedgerError?
  private var entries: UInt64 = 0
  private var headRows = 0
  private var greatestHead: UInt64 = 0
  private var stations = NameCheck()
  private var sources = NameCheck()
  private var ring = EventIDCheck()
  private var meta = MetaCheck()
  private let format: UInt64

  /// - Parameter file: what `ledger.json` says.
  init(
    _ file: LedgerFile, segments: SegmentFiles,
    progress: @escaping (_ done: UInt64, _ total: UInt64) -> Void
  ) throws(LedgerError) {
    format = file.formatVersion
    self.segments = try SegmentCheck(segments, ledger: file.uuid)
    pass = RecordPass(tree: TreeCheck(), progress: progress)
  }

  mutating func begin(database: String, entries: UInt64) {
    table = Table(rawValue: database)
    if let table { seen.insert(table) } else { found.add(.unknown, of: database) }
    guard table == .events else { return }
    self.entries = entries
    pass.total = meta.sealed &+ entries
  }

  mutating func visit(key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {
    switch table {
    case .events: takeEvent(key, value)
    case .eventIDs: if format >= 2 { report(ring.take(slot: key, row: value)) }
    case .heads: report(takeHead(key, value))
    case .meta: report(meta.take(key: key, value: value, format: format))
    case .stationIDs: report(stations.take(name: key, id: value) ? nil : .badRow)
    case .stations:
      report(stations.take(id: key, name: value))
      pass.tree?.take(station: key, name: value)
    case .sourceIDs: report(sources.take(name: key, id: value) ? nil : .badRow)
    case .sources: report(sources.take(id: key, name: value))
    case .tree:
      // A ledger of format 1 whose upgrade was cut short may have one; it is written anew.
      if format >= 2, let positions = pass.tree?.take(group: key, row: value) {
        pass.events.add(positions, .notInTree)
      }
    case nil: break
    }
  }

  mutating func end() {
    if table == .events { endEvents() }
    table = nil
  }

  private mutating func takeEvent(_ key: UnsafeRawBufferPointer, _ record: UnsafeRawBufferPointer) {
    if let position = Record.position(ofKey: key), position >= 1, position <= meta.sealed,
      !areSegmentsTaken
    {
      pass.leftOver.take(record, at: position)
    } else {
      takeSegments()
      pass.take(key: key, record: record)
    }
  }

  /// Takes the sealed events once, when it is known which of them the log has too.
  private mutating func takeSegments() {
    guard !areSegmentsTaken else { return }
    areSegmentsTaken = true
    do throws(LedgerError) {
      try segments.check(through: meta.sealed, pass, &found)
    } catch {
      failure = error
    }
  }

  private mutating func endEvents() {
    takeSegments()
    pass.tree?.finish()
    guard !pass.leftOver.isEmpty else { return }
    found.leftOvers.append("events from position \(pass.leftOver.first) to \(meta.sealed)")
    if !pass.leftOver.areSound { report(.notAsSealed) }
  }

  private mutating func report(_ flaw: TableFlaw?) {
    if let flaw, let table { found.add(flaw, of: table.rawValue) }
  }

  private mutating func takeHead(
    _ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer
  ) -> TableFlaw? {
    guard key.count == 4, let head = StreamHead(value) else { return .badRow }
    headRows += 1
    greatestHead = max(greatestHead, head.lastPosition)
    let station = UInt32(bigEndian: key.loadUnaligned(as: UInt32.self))
    return pass.events.streams[station] == head || !pass.events.damaged.isEmpty ? nil : .notAsEvents
  }
}

extension LogVisitor {
  /// What was found, after the walk.
  ///
  /// - Parameter file: `ledger.json` as it is.
  /// - Throws: if the system refused to open a segment.
  mutating func finish(
    _ pages: PageReport, file: [UInt8]
  ) throws(LedgerError) -> LogVerification {
    // Without a table of events, too.
    if !areSegmentsTaken { endEvents() }
    if let failure { throw failure }
    // Events behind the last page that could be read: only where two witnesses know of them.
    let (last, overflow) = meta.sealed.addingReportingOverflow(entries)
    pass.events.expect(through: min(overflow ? .max : last, greatestHead))
    found.pages = pages
    found.events = pass.events.next - 1
    found.damagedPositions = pass.events.damaged
    found.firstDamage = pass.events.firstDamage
    for table in Table.allCases where table.isRequired(inFormat: format) && !seen.contains(table) {
      found.add(.missing, of: table.rawValue)
    }
    if pass.events.hasStrayKey { found.add(.badRow, of: Table.events.rawValue) }
    compareWithEvents()
    if !stations.isComplete { found.add(.notAsCounterpart, of: Table.stations.rawValue) }
    if !sources.isComplete { found.add(.notAsCounterpart, of: Table.sources.rawValue) }
    if let flaw = meta.flaw(ofFile: file) { found.add(flaw, of: LedgerFile.name) }
    return found
  }

  private mutating func compareWithEvents() {
    if !ring.fits(meta.eventIDs, head: found.events) {
      found.add(.notAsEvents, of: Table.eventIDs.rawValue)
    }
    // Without all events there is nothing to compare with.
    let events = pass.events
    guard events.damaged.isEmpty, !events.hasStrayKey else { return }
    if headRows != events.streams.count { found.add(.notAsEvents, of: Table.heads.rawValue) }
    if format >= 2, let tree = pass.tree, tree.isWhole {
      if !tree.hasAllRows { found.add(.notAsEvents, of: Table.tree.rawValue) }
      if meta.frontier != tree.frontier { found.add(.notAsEvents, of: Table.meta.rawValue) }
    }
    if meta.totals != events.totals { found.add(.notAsEvents, of: Table.meta.rawValue) }
    if events.streams.keys.contains(where: { $0 > stations.count }) {
      found.add(.notAsEvents, of: Table.stations.rawValue)
    }
    if events.greatestSource > sources.count {
      found.add(.notAsEvents, of: Table.sources.rawValue)
    }
  }
}
