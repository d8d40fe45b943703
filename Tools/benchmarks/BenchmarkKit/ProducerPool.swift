import Dispatch

/// Runs tasks on a thread of their own: not on those on which the caller may be blocked itself. One is
/// enough for tasks that hand over an event and wait.
final class ProducerPool: TaskExecutor {
  private let queue = DispatchQueue(label: "producers")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }

  /// Starts `count` tasks and returns when all have ended.
  static func run(_ count: Int, _ body: @escaping @Sendable (Int) async -> Void) {
    let pool = ProducerPool()
    let group = DispatchGroup()
    for producer in 0..<count {
      group.enter()
      Task(executorPreference: pool) {
        await body(producer)
        group.leave()
      }
    }
    group.wait()
  }
}
