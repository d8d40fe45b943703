import Dispatch
import Synchronization

/// Runs the tasks of producers on the thread that waits for them: one is enough for tasks that hand
/// over an event and wait, and what it costs to run them is little beside that.
final class ProducerPool: TaskExecutor {
  private struct State {
    var jobs: [UnownedJob] = []
    var isAsleep = false
  }

  private let state = Mutex(State())
  private let wakeUp = DispatchSemaphore(value: 0)
  private let ended = Atomic<Int>(0)

  /// Starts `count` tasks and returns when all have ended.
  static func run(_ count: Int, _ body: @escaping @Sendable (Int) async -> Void) {
    let pool = ProducerPool()
    for producer in 0..<count {
      Task(executorPreference: pool) {
        await body(producer)
        pool.ended.add(1, ordering: .relaxed)
      }
    }
    pool.serve(count)
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let mustWake = state.withLock { state in
      state.jobs.append(job)
      defer { state.isAsleep = false }
      return state.isAsleep
    }
    if mustWake { wakeUp.signal() }
  }

  /// Only this thread runs jobs, so it also sees the last of them end.
  private func serve(_ count: Int) {
    var jobs: [UnownedJob] = []
    while ended.load(ordering: .relaxed) < count {
      jobs.removeAll(keepingCapacity: true)
      state.withLock { state in
        swap(&jobs, &state.jobs)
        state.isAsleep = jobs.isEmpty
      }
      if jobs.isEmpty { wakeUp.wait() }
      for job in jobs { job.runSynchronously(on: asUnownedTaskExecutor()) }
    }
  }
}
