import Dispatch
import EventLog
import LMDB
import Quantities
import Sessions

/// Brings the store of a fold from its checkpoint to the head of the log.
///
/// Rebuilding and catching up are the same work from different checkpoints, and so are all
/// projections. A chunk of the log is folded by all workers at once; then one transaction writes
/// their rows, their stations' states and the new checkpoint, so a kill at any moment loses at most
/// one chunk of work.
struct FoldRunner<Store: FoldStore> {
  let ledger: Ledger
  let generation: Store
  let workers: Int
  /// Where to stop; nil is the head of the log at the start of the run.
  var head: UInt64?
  /// Events between two commits.
  var chunkEvents = FoldSettings.usualEventsAtOnce

  func run(_ progress: (FoldProgress) -> Void) throws {
    let head = try self.head ?? ledger.read { snapshot in snapshot.head }
    let before = try generation.checkpoint()
    guard before.position < head || !before.isSettled else { return }

    let facts = try Facts(reading: ledger, through: head)
    var checkpoint = before
    if before.position > 0, facts.lastPosition > before.factsPosition {
      let impact = try FactImpact(
        reading: ledger, facts, after: before.factsPosition, through: head)
      let stations = try generation.takeNewFacts(facts, impact)
      checkpoint.stationsToRefold = union(checkpoint.stationsToRefold, stations)
    }
    checkpoint.factsPosition = facts.lastPosition
    checkpoint.correctionsPosition = facts.corrections.lastPosition
    checkpoint.isSettled = false

    let shards = (0..<max(1, workers)).map { index in
      FoldShard(
        index: index, count: max(1, workers), ledger: ledger,
        work: generation.makeWork(facts: facts))
    }
    try foldChunks(shards, &checkpoint, through: head, progress)
    try refoldStations(shards, &checkpoint, progress)
    try fireTimers(shards, checkpoint)
    // A run that was killed may have been about any station.
    let changed = shards.reduce(into: Set<StationID>()) { $0.formUnion($1.changedStations) }
    try generation.conclude(before.isSettled ? changed : nil, facts, since: before)
    checkpoint.isSettled = true
    try commit([], checkpoint)
  }

  private func foldChunks(
    _ shards: [FoldShard<Store.Work>], _ checkpoint: inout Checkpoint, through head: UInt64,
    _ progress: (FoldProgress) -> Void
  ) throws {
    while checkpoint.position < head {
      let last = checkpoint.position + min(head - checkpoint.position, chunkEvents)
      let batches = try inParallel(shards) { [first = checkpoint.position + 1] shard in
        try shard.fold(first...last)
      }
      checkpoint.position = last
      let record = try ledger.read { log in try log.envelope(at: last) }
      checkpoint.salt = record?.salt ?? checkpoint.salt
      checkpoint.logTime = shards.reduce(checkpoint.logTime) { max($0, $1.logTime) }
      checkpoint.stationsToRefold = union(
        checkpoint.stationsToRefold, shards.flatMap(\.stationsToRefold))
      try commit(batches, checkpoint)
      progress(FoldProgress(position: last, head: head))
    }
  }

  private func refoldStations(
    _ shards: [FoldShard<Store.Work>], _ checkpoint: inout Checkpoint,
    _ progress: (FoldProgress) -> Void
  ) throws {
    let head = checkpoint.position
    while let station = checkpoint.stationsToRefold.first {
      let shard = shards[Int(station.rawValue) % shards.count]
      let batch = try shard.refold(station, through: head)
      checkpoint.stationsToRefold.removeFirst()
      try commit([batch], checkpoint)
      let stationsLeft = checkpoint.stationsToRefold.count
      progress(FoldProgress(position: head, head: head, stationsLeft: stationsLeft))
    }
  }

  /// Fires what is due at log time.
  private func fireTimers(_ shards: [FoldShard<Store.Work>], _ checkpoint: Checkpoint) throws {
    let logTime = checkpoint.logTime
    let stations = try generation.stationsWithTimers(dueBy: logTime)
    let batches = try inParallel(shards) { shard in
      try shard.fireTimers(through: logTime, of: stations)
    }
    try commit(batches, checkpoint)
  }

  private func commit(_ batches: [Store.Work.Batch], _ checkpoint: Checkpoint) throws {
    try generation.environment.write { transaction in
      try generation.write(batches, in: transaction)
      try generation.write(checkpoint, in: transaction)
    }
  }

  private func union(_ waiting: [StationID], _ more: [StationID]) -> [StationID] {
    more.isEmpty ? waiting : Set(waiting).union(more).sorted()
  }
}
