import Dispatch
import EventLog
import LMDB
import Quantities
import Sessions

/// Brings a generation from its checkpoint to the head of the log.
///
/// Rebuilding and catching up are the same work from different checkpoints. A chunk of the log is
/// folded by all workers at once; then one transaction writes their rows, their stations' states
/// and the new checkpoint, so a kill at any moment loses at most one chunk of work.
struct FoldRunner {
  let ledger: Ledger
  let generation: Generation
  let workers: Int
  /// Where to stop; nil is the head of the log at the start of the run.
  var head: UInt64?
  /// Enough events that a commit costs little beside them, few enough to fold in a second.
  var chunkEvents: UInt64 = 262_144

  func run(_ progress: (FoldProgress) -> Void) throws {
    let head = try self.head ?? ledger.read { snapshot in snapshot.head }
    var checkpoint = try generation.checkpoint()
    guard checkpoint.position < head || !checkpoint.isSettled else { return }
    let wasSettled = checkpoint.isSettled

    let facts = try Facts(reading: ledger, through: head)
    if checkpoint.position > 0, facts.lastPosition > checkpoint.factsPosition {
      try rewriteRowsThatDependOnFacts(facts)
    }
    let isCorrected = checkpoint.correctionsPosition != facts.corrections.lastPosition
    checkpoint.factsPosition = facts.lastPosition
    checkpoint.correctionsPosition = facts.corrections.lastPosition
    checkpoint.isSettled = false

    let shards = (0..<max(1, workers)).map {
      FoldShard(
        index: $0, count: max(1, workers), ledger: ledger, generation: generation, facts: facts)
    }
    while checkpoint.position < head {
      let last = min(head, checkpoint.position + chunkEvents)
      let batches = try inParallel(shards) { [first = checkpoint.position + 1] shard in
        try shard.fold(first...last)
      }
      checkpoint.position = last
      let record = try ledger.read { log in try log.envelope(at: last) }
      checkpoint.salt = record?.salt ?? checkpoint.salt
      checkpoint.logTime = shards.reduce(checkpoint.logTime) { max($0, $1.logTime) }
      checkpoint.stationsToRefold = union(checkpoint.stationsToRefold, shards)
      try commit(batches, checkpoint)
      progress(FoldProgress(position: last, head: head))
    }
    try refoldStations(shards, &checkpoint)
    try fireTimers(shards, checkpoint)
    // A run that was killed may have been about any station.
    let changed = shards.reduce(into: Set<StationID>()) { $0.formUnion($1.changedStations) }
    try CorrectionStage(generation: generation, facts: facts)
      .run(changed: isCorrected || !wasSettled ? nil : changed)
    checkpoint.isSettled = true
    try commit([], checkpoint)
  }

  private func refoldStations(_ shards: [FoldShard], _ checkpoint: inout Checkpoint) throws {
    let head = checkpoint.position
    try generation.removeNames(of: checkpoint.stationsToRefold)
    while let station = checkpoint.stationsToRefold.first {
      let shard = shards[Int(station.rawValue) % shards.count]
      let batch = try shard.refold(station, through: head)
      checkpoint.stationsToRefold.removeFirst()
      try commit([batch], checkpoint)
    }
  }

  /// Fires what is due at log time.
  private func fireTimers(_ shards: [FoldShard], _ checkpoint: Checkpoint) throws {
    let stations = try generation.stationsWithOpenSessions()
    let logTime = checkpoint.logTime
    let batches = try inParallel(shards) { shard in
      try shard.advance(to: logTime, stations: stations)
    }
    try commit(batches, checkpoint)
  }

  private func commit(_ batches: [WriteBatch], _ checkpoint: Checkpoint) throws {
    try generation.environment.write { transaction in
      try generation.write(batches, in: transaction)
      try generation.write(checkpoint, in: transaction)
    }
  }

  private func union(_ waiting: [StationID], _ shards: [FoldShard]) -> [StationID] {
    Set(waiting).union(shards.flatMap(\.stationsToRefold)).sorted()
  }
}

// MARK: - Facts that came later

extension FoldRunner {
  /// Writes the rows again that depend on facts, because there are new ones. Sessions themselves
  /// stay as they are.
  private func rewriteRowsThatDependOnFacts(_ facts: Facts) throws {
    let context = RowContext(facts: facts)
    var next: UInt64? = 0
    while let first = next {
      var batch = WriteBatch()
      next = try encodeRows(from: first, context, into: &batch)
      try generation.environment.write { transaction in
        try generation.write([batch], in: transaction)
      }
    }
  }

  /// Encodes the rows of some sessions from a key on and returns the key to go on from.
  private func encodeRows(
    from first: UInt64, _ context: RowContext, into batch: inout WriteBatch
  ) throws -> UInt64? {
    var next: UInt64?
    try generation.environment.read { transaction in
      try withUnsafeBytes(of: first.bigEndian) { start in
        try transaction.forEach(in: generation.rows[0], from: start) { entry in
          guard let sessionKey = Key.number(entry.key) else { return true }
          if batch.rows.count >= Self.rowsPerCommit {
            next = sessionKey
            return false
          }
          let session = try Session(row: entry.value)
          context.stationName = context.facts.stationName(session.station)
          batch.encodeRows(of: session, in: context) { $0.dependsOnFacts }
          return true
        }
      }
    }
    return next
  }

  private static let rowsPerCommit = 50_000
}

// MARK: - Workers

/// Runs `body` for each element on a thread of its own and returns the results in order. The first
/// error in that order is thrown.
public func inParallel<Element, R>(
  _ elements: [Element], _ body: (Element) throws -> R
) throws -> [R] {
  if elements.count == 1 { return [try body(elements[0])] }
  return try withoutActuallyEscaping(body) { body in
    let results = ParallelResults<R>(count: elements.count)
    let work = UncheckedWork(elements: elements, body: body)
    DispatchQueue.concurrentPerform(iterations: elements.count) { index in
      results.set(index, Result { try work.body(work.elements[index]) })
    }
    return try results.all()
  }
}
