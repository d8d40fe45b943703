import Glibc
import Synchronization

/// A thread that hashes leaves while the batch that they belong to goes on: appending fills pages on
/// one core while the hashes are made on another.
///
/// It starts with the first block, so a program that appends a few events never has it.
final class HashingThread {
  private let work = Work()
  private var thread: pthread_t?

  /// Has `block` hashed, by the thread or by whoever takes it back first.
  func submit(_ block: LeafBlock) {
    work.add(block)
    guard thread == nil else { return }
    let work = work
    // Without a thread everything is taken back: slower, and as right.
    thread = try? SystemThread.start(for: "the hash tree") { work.run() }
  }

  /// A block that nobody has begun, for a caller that would only wait; nil if there is none.
  func takeBack() -> LeafBlock? { work.takeBack() }

  /// Returns when `block` is hashed, which the thread must have begun.
  func wait(for block: LeafBlock) { work.wait(for: block) }

  deinit {
    guard let thread else { return }
    work.stop()
    pthread_join(thread, nil)
  }
}

/// What the thread and who appends share.
private final class Work: Sendable {
  private struct State {
    var blocks: [LeafBlock] = []
    var isStopped = false
    var isThreadParked = false
    var isSomebodyWaiting = false
  }

  private let state = Mutex(State())
  private let thread = Parker()
  private let waiter = Parker()

  /// So many blocks are worth waking the thread for: a wake costs as much as hashing ten leaves.
  private static let blocksToWakeFor = 2

  func add(_ block: LeafBlock) {
    wakeThread { state in
      state.blocks.append(block)
      return state.blocks.count >= Self.blocksToWakeFor
    }
  }

  func stop() {
    wakeThread { state in
      state.isStopped = true
      return true
    }
  }

  /// Makes a change, and wakes the thread if it sleeps and the change says so.
  private func wakeThread(_ change: (inout sending State) -> Bool) {
    let mustWake = state.withLock { state in
      guard change(&state) else { return false }
      defer { state.isThreadParked = false }
      return state.isThreadParked
    }
    if mustWake { thread.unpark() }
  }

  func takeBack() -> LeafBlock? { state.withLock { $0.blocks.popLast() } }

  func wait(for block: LeafBlock) {
    while true {
      let isHashed = state.withLock { state in
        state.isSomebodyWaiting = !block.isHashed
        return !state.isSomebodyWaiting
      }
      if isHashed { return }
      waiter.park()
    }
  }

  func run() {
    let hasher = LeafHasher()
    while let block = next() {
      block.hash(with: hasher)
      let mustWake = state.withLock { state in
        defer { state.isSomebodyWaiting = false }
        return state.isSomebodyWaiting
      }
      if mustWake { waiter.unpark() }
    }
  }

  /// How often the thread looks for a block before it sleeps: about the time in which the next one is
  /// filled, so that it is woken once in a batch and not for each block.
  private static let looksBeforeSleep = 64

  /// The oldest block, as soon as there is one; nil when it is time to end.
  private func next() -> LeafBlock? {
    while true {
      for look in 1...Self.looksBeforeSleep {
        let (block, isStopped) = state.withLock { state -> (LeafBlock?, Bool) in
          if state.isStopped { return (nil, true) }
          state.isThreadParked = state.blocks.isEmpty && look == Self.looksBeforeSleep
          return (state.blocks.isEmpty ? nil : state.blocks.removeFirst(), false)
        }
        if block != nil || isStopped { return block }
        sched_yield()
      }
      thread.park()
    }
  }
}
